import { mkdtemp, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { profile, run } from "./lab.ts";

/** A cluster that nobody may touch: an address that counts who connects to it, and a kubeconfig in which it is current. */
export interface OtherCluster {
  readonly kubeconfig: string;
  /** What the kubeconfig holds. */
  readonly written: string;
  readonly connections: () => number;
  readonly close: () => void;
}

/** Makes a kubeconfig with the context of the lab and, as the current one, another of that name. */
export async function otherCluster(name: string): Promise<OtherCluster> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const view = ["--context", profile, "config", "view", "--raw", "--minify", "--flatten", "--output", "json"];
  const known = JSON.parse((await run("kubectl", view)).stdout) as Record<"clusters" | "users" | "contexts", object[]>;
  const written = JSON.stringify({
    ...known,
    clusters: [...known.clusters, { name, cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [...known.users, { name, user: { token: "none" } }],
    contexts: [...known.contexts, { name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
  const kubeconfig = join(await mkdtemp(join(tmpdir(), "online-inference-other-")), "kubeconfig");
  await writeFile(kubeconfig, written, { mode: 0o600 });
  return { kubeconfig, written, connections: () => connections, close: () => void server.close() };
}
