import { stringify } from "yaml";
import { KUBERNETES_YAML } from "../kubernetes-yaml.ts";
import type { WatchedName } from "./watch-request.ts";

/** A right, and what a watch cannot do without it. */
type Right = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly without: string;
};

const READ = ["get", "list", "watch"] as const;

/** What a watch reads in its namespace. */
export const READING: readonly Right[] = [
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: READ,
    without:
      "nothing is known of pods: whatever is claimed of them is inconclusive, and no workload behind a Service is found; there is no plan",
  },
  {
    apiGroups: [""],
    resources: ["services"],
    verbs: ["get", "list"],
    without: "the address has to be given by --url; there is no plan",
  },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: READ, without: "no Deployment can be watched" },
  {
    apiGroups: ["apps"],
    resources: ["replicasets"],
    verbs: READ,
    without:
      "nothing is known of a Deployment's pods: whatever is claimed of them is inconclusive, and its other pods behind a Service are not found",
  },
  { apiGroups: ["apps"], resources: ["statefulsets"], verbs: READ, without: "no StatefulSet can be watched" },
  {
    apiGroups: ["discovery.k8s.io"],
    resources: ["endpointslices"],
    verbs: READ,
    without: "the report does not show which pods the Service leads to",
  },
  {
    apiGroups: [""],
    resources: ["events"],
    verbs: READ,
    without: "the report does not tell why a pod did not start",
  },
];

/** What the Job that sends load needs as well. */
export const SENDING: readonly Right[] = [
  {
    apiGroups: ["batch"],
    resources: ["jobs"],
    verbs: ["create", "get", "list", "delete"],
    without: "load comes from this machine alone",
  },
  {
    apiGroups: [""],
    resources: ["configmaps", "secrets"],
    verbs: ["create", "delete"],
    without: "load comes from this machine alone",
  },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"], without: "load comes from this machine alone" },
  { apiGroups: [""], resources: ["pods"], verbs: ["delete"], without: "load comes from this machine alone" },
];

/** What a watch reads beside its namespace. */
export const CLUSTER: readonly Right[] = [
  {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["list"],
    without:
      "a NodePort is not found, minikube and kind are not known as such, and --load-from cluster needs --load-image",
  },
];

/** What a watch reads in kube-system. */
export const SYSTEM: readonly Right[] = [
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: ["list"],
    without:
      "whose CPU is used on the node is not known, so a change beside work that takes it is judged as if it had the node to itself",
  },
];

/** A role of its own name: the watched namespace may be kube-system as well. */
const SYSTEM_ROLE = "bin-lab-watch-system";

/**
 * The rights that a watch needs, as manifests for `kubectl apply`: a Role, apart from it a ClusterRole, and a Role in kube-system.
 * Comments say what each missing right costs.
 */
export function printRbac({
  namespace,
  watched,
}: {
  readonly namespace: string;
  readonly watched: WatchedName;
}): string {
  const role = document("Role", { name: "bin-lab-watch", namespace }, [
    [`what bin/lab watch reads of ${watched.kind.toLowerCase()}/${watched.name}`, READING],
    ["for load from a Job in the cluster; leave it out with --load-from host", SENDING],
  ]);
  const cluster = document("ClusterRole", { name: "bin-lab-watch" }, [["of the whole cluster", CLUSTER]]);
  const system = document("Role", { name: SYSTEM_ROLE, namespace: "kube-system" }, [
    ["to tell the cluster's own processes from those of others, where this machine shows the node's", SYSTEM],
  ]);
  return [
    "# Bind them to who runs bin/lab watch, for example:",
    `#   kubectl -n ${namespace} create rolebinding bin-lab-watch --role bin-lab-watch --serviceaccount ${namespace}:NAME`,
    `#   kubectl create clusterrolebinding bin-lab-watch --clusterrole bin-lab-watch --serviceaccount ${namespace}:NAME`,
    `#   kubectl -n kube-system create rolebinding ${SYSTEM_ROLE} --role ${SYSTEM_ROLE} --serviceaccount ${namespace}:NAME`,
    "# The command that makes the change needs rights of its own.",
    role,
    "---",
    cluster,
    "  # left out on purpose: get of nodes/proxy, by which the kubelet of another machine's node says whose CPU is used there. Who has",
    "  # that right can run commands in every pod of the node",
    "---",
    system,
  ].join("\n");
}

function document(
  kind: string,
  metadata: object,
  parts: readonly (readonly [what: string, rights: readonly Right[]])[],
): string {
  const head = stringify({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata }, KUBERNETES_YAML).trimEnd();
  const rules = parts.flatMap(([what, rights]) => [
    `  # ${what}`,
    ...rights.flatMap(({ without, ...rule }) => [
      `  # without it: ${without}`,
      ...stringify([rule], KUBERNETES_YAML)
        .trimEnd()
        .split("\n")
        .map((line) => `  ${line}`),
    ]),
  ]);
  return [head, "rules:", ...rules].join("\n");
}
