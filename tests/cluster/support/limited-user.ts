import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { lab, profile, run } from "./lab.ts";

/** A rule of a Role, as far as the tests look into it. */
export type Rule = { readonly resources: readonly string[]; readonly verbs: readonly string[] };

/** The rights that `bin/lab watch --print-rbac` prints: those of the namespace, of the whole cluster, and of kube-system. */
export type PrintedRights = Readonly<Record<"role" | "cluster" | "system", readonly Rule[]>>;

export async function printedRights(watched: string, namespace: string): Promise<PrintedRights> {
  const { stdout } = await lab("watch", watched, "--context", profile, "--namespace", namespace, "--print-rbac");
  const rules = parseAllDocuments(stdout).map((one) => (one.toJS() as { readonly rules: readonly Rule[] }).rules);
  const [role = [], cluster = [], system = []] = rules;
  return { role, cluster, system };
}

const group = "rbac.authorization.k8s.io";

/**
 * A ServiceAccount with these rights alone but for those of kube-system, as objects to apply. Those of the cluster bear the
 * namespace's name as well.
 */
export function limitedUser(name: string, namespace: string, { role, cluster }: PrintedRights): readonly object[] {
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const global = globalName(name, namespace);
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } },
    { apiVersion: `${group}/v1`, kind: "Role", metadata: { name }, rules: role },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name },
      subjects,
      roleRef: { apiGroup: group, kind: "Role", name },
    },
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: global }, rules: cluster },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: global },
      subjects,
      roleRef: { apiGroup: group, kind: "ClusterRole", name: global },
    },
  ];
}

/** The user's rights in kube-system, as objects to apply there. */
export function systemRights(name: string, namespace: string, { system }: PrintedRights): readonly object[] {
  const metadata = { name: globalName(name, namespace) };
  return [
    { apiVersion: `${group}/v1`, kind: "Role", metadata, rules: system },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata,
      subjects: [{ kind: "ServiceAccount", name, namespace }],
      roleRef: { apiGroup: group, kind: "Role", name: metadata.name },
    },
  ];
}

/** Removes what users of a namespace have beyond it. */
export async function removeLimitedUsers(names: readonly string[], namespace: string): Promise<void> {
  const remove = (kinds: readonly string[], ...where: string[]) => {
    const objects = names.flatMap((name) => kinds.map((kind) => `${kind}/${globalName(name, namespace)}`));
    return run("kubectl", ["--context", profile, ...where, "delete", "--ignore-not-found", ...objects]);
  };
  await remove(["clusterrole", "clusterrolebinding"]);
  await remove(["role", "rolebinding"], "--namespace", "kube-system");
}

const globalName = (name: string, namespace: string): string => `${namespace}-${name}`;

/** Writes a kubeconfig with the ServiceAccount's token and nothing else; returns its path. */
export async function kubeconfigOf(name: string, namespace: string): Promise<string> {
  const admin = ["--context", profile];
  const [{ stdout: token }, { stdout: view }] = await Promise.all([
    run("kubectl", [...admin, "--namespace", namespace, "create", "token", name]),
    run("kubectl", [...admin, "config", "view", "--raw", "--minify", "--flatten", "--output", "json"]),
  ]);
  const { clusters } = JSON.parse(view) as { readonly clusters: readonly { readonly name: string }[] };
  const file = join(await mkdtemp(join(tmpdir(), "online-inference-user-")), "kubeconfig");
  const context = { cluster: clusters[0]?.name, user: name, namespace };
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters,
      users: [{ name, user: { token } }],
      contexts: [{ name, context }],
      "current-context": name,
    }),
    { mode: 0o600 },
  );
  return file;
}
