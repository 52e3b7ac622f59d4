import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";

/** A kubeconfig of our own for the user's command, which is removed when it is disposed of. */
export interface PrivateKubeconfig extends AsyncDisposable {
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
}

/** What tells helm of another cluster than its kubeconfig's. */
const HELM_ELSEWHERE = /^HELM_KUBE/;

/**
 * Writes a kubeconfig that only its owner can read, with one context alone, and makes the environment of a command that can act
 * on no other cluster by it.
 */
export async function privateKubeconfig(
  kubeconfig: KubeConfig,
  context: string,
  namespace: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PrivateKubeconfig> {
  // mkdtemp makes a folder that only its owner can enter.
  const folder = await mkdtemp(join(tmpdir(), "online-inference-watch-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // A second Ctrl-C ends this process at once: credentials must not outlive it.
  process.once("exit", remove);
  const file = join(folder, "kubeconfig");
  await writeFile(file, JSON.stringify(onlyContext(kubeconfig, context, namespace)), { mode: 0o600 });
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || HELM_ELSEWHERE.test(name) ? [] : [[name, value] as const],
  );
  return {
    env: { ...Object.fromEntries(kept), KUBECONFIG: file, HELM_KUBECONTEXT: context, HELM_NAMESPACE: namespace },
    async [Symbol.asyncDispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}

/** A kubeconfig with one context, its cluster and its user, in that namespace. JSON is YAML. */
export function onlyContext(kubeconfig: KubeConfig, name: string, namespace: string): object {
  const { cluster: clusterName = "", user: userName = "" } = kubeconfig.getContextObject(name) ?? {};
  const cluster = kubeconfig.getCluster(clusterName);
  const user = kubeconfig.getUser(userName);
  const provider = user?.authProvider as { name?: string; config?: { tokenFile?: string } } | undefined;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: clusterName, user: userName, namespace } }],
    clusters: [
      {
        name: clusterName,
        cluster: {
          server: cluster?.server,
          "certificate-authority": cluster?.caFile,
          "certificate-authority-data": cluster?.caData,
          "insecure-skip-tls-verify": cluster?.skipTLSVerify || undefined,
          "tls-server-name": cluster?.tlsServerName,
          "proxy-url": cluster?.proxyUrl,
        },
      },
    ],
    users: [
      {
        name: userName,
        user: {
          as: user?.impersonateUser || undefined,
          "client-certificate": user?.certFile,
          "client-certificate-data": user?.certData,
          "client-key": user?.keyFile,
          "client-key-data": user?.keyData,
          token: user?.token,
          username: user?.username,
          password: user?.password,
          exec: user?.exec,
          // In a pod the client calls the service account's token a provider; a kubeconfig has a field for it.
          ...(provider?.name === "tokenFile"
            ? { tokenFile: provider.config?.tokenFile }
            : { "auth-provider": provider }),
        },
      },
    ],
  };
}
