import { createServer } from "node:net";

/** Ports of a node that are published on loopback when a profile is made; both ends belong to them. */
export interface NodePorts {
  readonly first: number;
  readonly last: number;
}

const LOOPBACK = "127.0.0.1";

/**
 * The flag by which `minikube start` publishes NodePorts, which it can do only when it makes a profile. Ports that another
 * profile or program has are left out; the others are then published one by one. No flag where all are busy.
 */
export async function publishFlag({ first, last }: NodePorts): Promise<{ ports?: string }> {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const free: number[] = [];
  for (const port of all) if (await isFree(port)) free.push(port);
  if (free.length === 0) return {};
  const ranges = free.length === all.length ? [`${first}-${last}`] : free.map(String);
  return { ports: ranges.map((range) => `${LOOPBACK}:${range}:${range}`).join(",") };
}

/** The same as the value of MINIKUBE_PORTS: minikube parts a list in a variable at blanks, and one in a flag at commas. */
export const portsVariable = (ports: string): string => ports.replaceAll(",", " ");

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}
