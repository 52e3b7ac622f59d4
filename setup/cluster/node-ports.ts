import { createServer } from "node:net";

/** NodePorts of the experiments, published on loopback when a profile is made: minikube can do it only then. */
const first = 30_050;
const last = 30_061;
const loopback = "127.0.0.1";

/** The flag of `minikube start` that publishes the NodePorts; none where another profile or program has one of them. */
export async function publishFlag(): Promise<{ ports?: string }> {
  for (let port = first; port <= last; port += 1) {
    if (!(await isFree(port))) return {};
  }
  return { ports: `${loopback}:${first}-${last}:${first}-${last}` };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, loopback, () => probe.close(() => resolve(true)));
  });
}
