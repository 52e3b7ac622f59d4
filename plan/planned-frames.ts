import type { OldSet } from "./old-sets.ts";
import type { PlannedFrame, PlannedPods } from "./rollout-plan.ts";
import type { Frame } from "./simulated-frames.ts";

/**
 * A simulation as readers see it: by release, and one frame an instant, as it is when the controllers have done all that they do
 * then. The first frame is what runs before the change, also at 0. Example: at 5 s 2 pods of v1 stop, and 2 of v2 start in their
 * place. The simulation has a frame for each of the two; here they are one.
 */
export function plannedFrames(sets: readonly OldSet[], frames: readonly Frame[], releaseOf: (set: OldSet) => string) {
  const names = new Map(sets.map((set) => [set.start.id, releaseOf(set)]));
  const settled = frames.filter((frame, index) => index === 0 || frames[index + 1]?.atMs !== frame.atMs);
  const planned = settled.map(({ atMs, sets: counts }): PlannedFrame => {
    const pods: Record<string, PlannedPods> = {};
    for (const [id, { pods: all, ready, stopping }] of Object.entries(counts)) {
      const name = names.get(id) ?? id;
      const before = pods[name] ?? { ready: 0, starting: 0, stopping: 0 };
      pods[name] = {
        ready: before.ready + ready,
        starting: before.starting + all - ready,
        stopping: before.stopping + stopping,
      };
    }
    return { atMs, pods };
  });
  return planned.filter((frame, index) => index === 0 || !isSame(frame, planned[index - 1]));
}

const isSame = (one: PlannedFrame, other: PlannedFrame | undefined): boolean =>
  JSON.stringify(one.pods) === JSON.stringify(other?.pods);
