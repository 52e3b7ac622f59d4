import Type from "typebox";
import { INTERRUPTED } from "./exit-codes.ts";
import { defineUsage } from "./usage.ts";

const file = Type.Optional(
  Type.String({
    minLength: 1,
    short: "f",
    placeholder: "FILE",
    allowed: "a YAML or JSON file, or - for standard input",
    description: "Objects as they are to be",
  }),
);

const path = (description: string, short?: string) =>
  Type.Optional(
    Type.String({ minLength: 1, placeholder: "FILE", allowed: "a path", description, ...(short && { short }) }),
  );

export const plan = defineUsage({
  name: "plan",
  synopsis: "-f FILE|- [--from OLD|--live] [--set KEY=VALUE]",
  summary: "what a change of any manifest will do to pods and users",
  description:
    "Says what becomes of pods and of the users of Services if the objects of a file are applied: Deployments, ReplicaSets, " +
    "StatefulSets and Pods of anybody. It says how long to wait, draws the course, and names problems. What runs now comes from another file, from a " +
    "cluster, with --set alone from the file itself, or is nothing. Only --live asks a cluster, and it only reads.",
  arguments: [],
  flags: Type.Object({
    file,
    from: path("Objects that run now, all of them Ready"),
    live: Type.Boolean({ default: false, description: "Read what runs now from a cluster" }),
    set: Type.Optional(
      Type.String({
        minLength: 1,
        placeholder: "KEY=VALUE,...",
        allowed: "replicas=N, image=REFERENCE, image.CONTAINER=REFERENCE",
        description: "Change the only workload; without --from and --live the file is what runs now",
      }),
    ),
    namespace: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        short: "n",
        placeholder: "NAME",
        description:
          "Namespace of objects that name none; default, or with --live that of the context, unless it is given",
      }),
    ),
    context: Type.Optional(
      Type.String({
        minLength: 1,
        placeholder: "NAME",
        description: "kubeconfig context of --live; the current one unless it is given",
      }),
    ),
    "applied-by": Type.Enum(["kubectl", "helm", "pulumi"], {
      default: "kubectl",
      placeholder: "TOOL",
      description: "Who applies it: what becomes of a changed Pod and of what is no longer wanted",
    }),
    timing: path("Timing profile of the cluster, as report --timing writes it"),
    "node-cpu": Type.Optional(
      Type.String({
        minLength: 1,
        placeholder: "CORES",
        allowed: "such as 4 or 3500m",
        description: "CPU of all nodes together",
      }),
    ),
    "node-memory": Type.Optional(
      Type.String({
        minLength: 1,
        placeholder: "BYTES",
        allowed: "such as 16Gi",
        description: "Memory of all nodes together",
      }),
    ),
    "node-pods": Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        placeholder: "N",
        description: "Pods that all nodes take together",
      }),
    ),
    svg: path("Draw the course into this file"),
    json: Type.Boolean({ default: false, description: "Print the plan as JSON" }),
    markdown: Type.Boolean({ default: false, description: "Print the plan as Markdown" }),
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab plan -f new.yaml --from old.yaml", what: "From what runs to what is to be." },
    {
      term: "kubectl get deploy web -o yaml | bin/lab plan -f - --set image=web:2",
      what: "Another image of what runs.",
    },
  ],
  exitCodes: [
    { code: 0, what: "no outage for certain, and no error among the problems" },
    { code: 1, what: "an outage, a halt, a refusal, or an error among the problems" },
    { code: 2, what: "an argument or an object is wrong, or something is missing" },
    INTERRUPTED,
  ],
});

export const check = defineUsage({
  name: "check",
  synopsis: "-f FILE|- [--ours] [--sarif FILE] [--junit FILE]",
  summary: "what is wrong in any manifest, and what to write instead",
  description:
    "Checks the objects of a file by rules that anybody's manifests should obey. A problem names the rule, the field, what to " +
    "write, and why. It needs no cluster. Rules about room on nodes need a plan: bin/lab plan.",
  arguments: [],
  flags: Type.Object({
    file,
    ours: Type.Boolean({ default: false, description: "Apply the rules of the lab's own manifests as well" }),
    rules: Type.Boolean({ default: false, description: "List the rules, and check nothing" }),
    sarif: path("Write the problems as SARIF, for code scanning"),
    junit: path("Write the problems as JUnit, one test for each rule"),
    json: Type.Boolean({ default: false, description: "Print the problems as JSON" }),
  }),
  takesSettings: false,
  examples: [
    { term: "helm template charts | bin/lab check -f -", what: "A chart." },
    { term: "bin/lab check -f web.yaml --sarif web.sarif", what: "A file, for code scanning." },
  ],
  exitCodes: [
    { code: 0, what: "no error among the problems" },
    { code: 1, what: "an error among the problems" },
    { code: 2, what: "an argument or an object is wrong" },
    INTERRUPTED,
  ],
});

export const manifests = defineUsage({
  name: "manifests",
  synopsis: "[EXPERIMENT] [-o DIR] [--SETTING VALUE]",
  summary: "what a stack declares, as plain YAML for kubectl",
  description:
    "Prints the objects that a stack declares under the given settings, as YAML for kubectl apply; with -o it writes a file for " +
    "each experiment, named as in the homework. Images are those that bin/lab up builds.",
  arguments: [
    {
      term: "EXPERIMENT",
      what: "An experiment, which is the name of its stack as well: one of {stacks}; all but helm unless it is given.",
    },
  ],
  flags: Type.Object({
    out: Type.Optional(
      Type.String({
        minLength: 1,
        short: "o",
        placeholder: "DIR",
        allowed: "a folder, made if need be",
        description: "Write files into this folder",
      }),
    ),
  }),
  takesSettings: true,
  examples: [
    { term: "bin/lab manifests pod | kubectl apply -f -", what: "The Pod without Pulumi." },
    { term: "bin/lab manifests -o manifests", what: "A file for each experiment." },
  ],
  exitCodes: [
    { code: 0, what: "the objects were printed or written" },
    { code: 2, what: "an argument is wrong, or something is missing" },
    INTERRUPTED,
  ],
});
