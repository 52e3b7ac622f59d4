/** A process as /proc shows it. */
export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Its cgroups, as one text. */
  readonly cgroup: string;
  /** CPU ticks of its own and of the children that it has waited for, since its start. */
  readonly ticks: number;
};

/** The parts to which CPU time belongs; `kernel` are its threads, which work for all of them. */
export type Owner = "stack" | "cluster" | "observer" | "kernel" | "others";

/** What tells the owners apart. */
export type Known = {
  readonly observerPid: number;
  /** Uids of the stack's pods, and of the cluster's own (the hash of a static pod's manifest included). */
  readonly stackPods: ReadonlySet<string>;
  readonly clusterPods: ReadonlySet<string>;
};

/** Programs that run a cluster's containers, on the node or on the host, beside the pods. The kernel cuts names to 15 letters. */
const CLUSTER_PROGRAMS = new Set([
  "kubelet",
  "dockerd",
  "containerd",
  "containerd-shim",
  "cri-dockerd",
  "docker-proxy",
  "runc",
  "crio",
  "conmon",
]);

const KTHREADD = 2;
const POD = /kubepods.*?pod([0-9a-f]{8}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{12})/;

/** The uid of the pod in whose cgroup a process is, without hyphens; undefined outside of pods. */
export const podUid = (cgroup: string): string | undefined => POD.exec(cgroup)?.[1]?.replaceAll(/[-_]/g, "");

/** A pod's uid as `podUid` gives it. */
export const bareUid = (uid: string): string => uid.replaceAll("-", "");

/**
 * Adds up the ticks of all processes by owner. A child's ticks pass to its parent when the parent has waited for it, so a sum
 * stays the same where both have one owner.
 *
 * Example: the observer (pid 10, 50 ticks) started Pulumi (pid 11, 30 ticks); a pod of the stack has a process with 20 ticks, and
 * `make` has 70. The sums are observer 80, stack 20, others 70. When Pulumi ends after 5 more ticks, pid 10 has 85.
 */
export function ticksByOwner(processes: readonly Process[], known: Known): Record<Owner, number> {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const sums = { stack: 0, cluster: 0, observer: 0, kernel: 0, others: 0 };
  for (const process of processes) sums[ownerOf(process, parents, known)] += process.ticks;
  return sums;
}

function ownerOf({ pid, parent, name, cgroup }: Process, parents: ReadonlyMap<number, number>, known: Known): Owner {
  const pod = podUid(cgroup);
  if (pod !== undefined) return known.stackPods.has(pod) ? "stack" : known.clusterPods.has(pod) ? "cluster" : "others";
  if (isBelow(pid, known.observerPid, parents)) return "observer";
  if (pid === KTHREADD || parent === KTHREADD) return "kernel";
  return CLUSTER_PROGRAMS.has(name) || name.startsWith("containerd-shim") ? "cluster" : "others";
}

function isBelow(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
    if (at === ancestor) return true;
  return false;
}

/** Whether some of the cluster's own pods are among the processes: elsewhere the node's processes cannot be seen. */
export const showsTheNode = (processes: readonly Process[], { clusterPods }: Known): boolean =>
  processes.some(({ cgroup }) => clusterPods.has(podUid(cgroup) ?? ""));
