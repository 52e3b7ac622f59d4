import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { lab, profile, run } from "./lab.ts";

/** A rule of a Role, as far as the tests look into it. */
export type Rule = { readonly resources: readonly string[]; readonly verbs: readonly string[] };

/** The rights that `bin/lab watch --print-rbac` prints: those of the namespace, and those of the whole cluster. */
export type PrintedRights = { readonly role: readonly Rule[]; readonly cluster: readonly Rule[] };

export async function printedRights(watched: string, namespace: string): Promise<PrintedRights> {
  const { stdout } = await lab("watch", watched, "--context", profile, "--namespace", namespace, "--print-rbac");
  const rules = parseAllDocuments(stdout).map((one) => (one.toJS() as { readonly rules: readonly Rule[] }).rules);
  const [role = [], cluster = []] = rules;
  return { role, cluster };
}

/** A ServiceAccount with these rights alone, as objects to apply. Those of the cluster bear the namespace's name as well. */
export function limitedUser(name: string, namespace: string, { role, cluster }: PrintedRights): readonly object[] {
  const group = "rbac.authorization.k8s.io";
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

/** Removes what users of a namespace have beyond it. */
export async function removeLimitedUsers(names: readonly string[], namespace: string): Promise<void> {
  const objects = names.flatMap((name) =>
    ["clusterrole", "clusterrolebinding"].map((kind) => `${kind}/${globalName(name, namespace)}`),
  );
  await run("kubectl", ["--context", profile, "delete", "--ignore-not-found", ...objects]);
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
