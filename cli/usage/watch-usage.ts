import Type from "typebox";
import { MAX_RATE_PER_SECOND } from "../../observer/load/open-loop.ts";
import { LONGEST_WAIT_HOURS } from "../../observer/run/change-limit.ts";
import { INTERRUPTED } from "./exit-codes.ts";
import { defineUsage } from "./usage.ts";

const text = (placeholder: string, description: string, more: object = {}) =>
  Type.Optional(Type.String({ minLength: 1, placeholder, description, ...more }));

/** How `watch` is used. */
export const watch = defineUsage({
  name: "watch",
  synopsis: "KIND/NAME [-n NAMESPACE] [-- COMMAND ARG ...]",
  summary: "what anybody's rollout does to the users of a service",
  description:
    "Sends load to a service of yours, runs the command that changes it, or waits until somebody does, for " +
    `${LONGEST_WAIT_HOURS} h at most, and tells which requests failed and why: before the change, during it, and after it, once ` +
    "the pods have settled. It needs Node.js and a kubeconfig. It creates nothing in the cluster but, where this machine does not " +
    "reach the service, a Job of its own that sends the load.",
  arguments: [
    {
      term: "KIND/NAME",
      what: "What is watched: deployment/NAME, statefulset/NAME, replicaset/NAME, pod/NAME, or service/NAME for all behind it.",
    },
    {
      term: "-- COMMAND",
      what:
        "What makes the change. It runs without a shell, and with a kubeconfig of its own that knows this cluster and namespace " +
        "alone. Without it the change is whatever happens to the workload.",
    },
  ],
  flags: Type.Object({
    namespace: text("NAME", "Namespace; that of the context unless it is given", { short: "n" }),
    context: text("NAME", "Context of the kubeconfig; the current one unless it is given"),
    service: text("NAME", "Service that gets the load; the only one that selects the pods unless it is given"),
    url: text("URL", "Address that gets the load, in the place of the Service's", { allowed: "http://… or https://…" }),
    "load-from": Type.Optional(
      Type.Enum(["host", "cluster"], {
        placeholder: "PLACE",
        description: "Where requests come from; from this machine, unless it does not reach the Service",
      }),
    ),
    "load-image": text(
      "IMAGE",
      "Image with Node.js 24 or newer for load from the cluster; the lab's own where minikube has it",
      { allowed: "an image that the cluster can pull" },
    ),
    request: text("FILE", "YAML that says what is sent: method, path, headers, body, TLS", { allowed: "a file" }),
    expect: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        placeholder: "WHAT",
        description: "What every answer has to be: status=200, header:NAME=VALUE, json:/POINTER=VALUE or body~TEXT",
      }),
    ),
    "answered-by": text("WHERE", "Where an answer names the pod that gave it", {
      allowed: "header:NAME or json:/POINTER",
    }),
    rate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: MAX_RATE_PER_SECOND,
        placeholder: "N",
        description: "Requests per second; 100 to minikube and kind, 20 elsewhere",
      }),
    ),
    hypotheses: text("FILE", "YAML with what is claimed of the rollout; a default set unless it is given", {
      allowed: "a file",
    }),
    junit: text("FILE", "Writes the verdicts for a CI server as well", { allowed: "a file" }),
    summary: text("FILE", "Writes a summary in Markdown as well", { allowed: "a file" }),
    timeout: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 7_200,
        placeholder: "SECONDS",
        description:
          "How long the change may take; by its plan, or else by the workload's own deadline, unless it is given",
      }),
    ),
    yes: Type.Boolean({
      default: false,
      description: "Send load to any address without asking; a local cluster's own address needs no question",
    }),
    "print-rbac": Type.Boolean({
      default: false,
      description: "Print the rights that this needs in the cluster, and do nothing else",
    }),
  }),
  takesSettings: false,
  takesCommand: true,
  examples: [
    {
      term: "bin/lab watch deployment/web -n shop -- kubectl rollout restart deployment/web",
      what: "What a restart of the pods does to users.",
    },
    {
      term: "bin/lab watch statefulset/web --request ask.yaml --expect status=200",
      what: `Waits until somebody changes it, for ${LONGEST_WAIT_HOURS} h at most.`,
    },
  ],
  exitCodes: [
    { code: 0, what: "every hypothesis held" },
    { code: 1, what: "a hypothesis was refuted" },
    { code: 64, what: "no hypothesis was refuted, but the command failed" },
    { code: 2, what: "a verdict is inconclusive, as where nothing changed, or it could not run" },
    INTERRUPTED,
  ],
});
