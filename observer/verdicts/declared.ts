import type { StepSpan } from "../course/course.ts";
import type { Event, OwnerSeen } from "../events.ts";
import { list } from "../words.ts";
import type { Scene } from "./kind.ts";

/*
 * How many pods the watched workloads promise during a step, by their own specs. The change may itself scale them, or bring
 * another strategy: then both the old and the new promise apply, since nobody can say at which instant a controller goes over
 * from one to the other. So the fewest of all that were promised must be Ready, and the most may exist. Of several workloads the
 * bounds are added up. An example, Deployment web with maxUnavailable 0 and maxSurge 1, which the change scales:
 *
 *   from 3 to 5 replicas    at least 3 Ready, at most 6 pods
 *   from 5 to 3 replicas    at least 3 Ready, at most 6 pods
 *   from 3 to 0 replicas    at least 0 Ready, at most 4 pods
 *
 * A workload that the change creates has no Ready pod at first, so it promises none of them. Where one workload never promises
 * anything, such as a bare ReplicaSet beside a Deployment, its pods would count without a bound of theirs: then there is none of all.
 */

/** A bound on the number of pods. */
export type Promised = {
  readonly pods: number;
  /** Whose replicas changed, for the end of a sentence: `, as Deployment web went from 3 to 5 replicas`; else empty. */
  readonly scaled: string;
};

type Sight = OwnerSeen & Pick<Event, "atMs">;

/** What the workloads promise in a step; undefined where one of them promises nothing, or none was seen. */
export function promised(scene: Scene, span: StepSpan, bound: "leastReady" | "mostPods"): Promised | undefined {
  const sights = scene.recording.events.filter(
    (event): event is Sight & Event => event.type === "owner" && event.atMs < span.untilMs,
  );
  let pods = 0;
  const scaled: string[] = [];
  const deployments = [...new Set(sights.flatMap(({ kind, name }) => (kind === "Deployment" ? [name] : [])))];
  const byWorkload = Map.groupBy(
    sights.filter((sight) => !isOfOneOf(deployments, sight)),
    ({ kind, name }) => `${kind} ${name}`,
  );
  for (const [workload, all] of byWorkload) {
    const before = all.findLast(({ atMs }) => atMs < span.fromMs);
    const told = [...(before ? [before] : []), ...all.filter(({ atMs }) => atMs >= span.fromMs)];
    if (told.every((one) => one[bound] === undefined)) return undefined;
    pods += bound === "mostPods" ? most(told) : before ? fewest(told) : 0;
    const wanted = told.map((one) => one.wanted).filter((number, index, others) => number !== others[index - 1]);
    if (wanted.length > 1) scaled.push(`${workload} went from ${wanted.join(" to ")} replicas`);
  }
  if (byWorkload.size === 0) return undefined;
  return { pods, scaled: scaled.length > 0 ? `, as ${list(scaled)}` : "" };
}

/** Whether an owner is a ReplicaSet of a Deployment, and so no workload of its own: it has the Deployment's name and a hash. */
const isOfOneOf = (deployments: readonly string[], { kind, name }: OwnerSeen): boolean =>
  kind === "ReplicaSet" && deployments.some((one) => name.startsWith(`${one}-`));

const most = (sights: readonly OwnerSeen[]): number => Math.max(...sights.map(({ mostPods = 0 }) => mostPods));

/** A spec without a promise that the change brings or takes away, such as Recreate, lets all pods go at once. */
const fewest = (sights: readonly OwnerSeen[]): number => Math.min(...sights.map(({ leastReady = 0 }) => leastReady));
