import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { type ComparedChange, userFigures } from "../../observer/comparison/change.ts";
import type { Course } from "../../observer/course/course.ts";
import { sentWithin } from "../../observer/course/queries.ts";
import type { Span } from "../../observer/course/span.ts";

/** Latencies of answers with success, each as tenths of a millisecond and how many had it. */
const LatenciesSchema = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]));

/** A recorded rollout from one release to another that is the same in all but its name, small enough to keep forty. */
const RolloutSchema = Type.Object({
  startedWallMs: Type.Number(),
  /** What others took meanwhile; absent where the machine was not starved. */
  starved: Type.Optional(Type.String()),
  durationMs: Type.Number(),
  extraPodSeconds: Type.Number(),
  fewestReady: Type.Integer(),
  mixedMs: Type.Number(),
  failed: Type.Integer(),
  old: LatenciesSchema,
  young: LatenciesSchema,
});

export type Rollout = Static<typeof RolloutSchema>;

/** Reads rollouts, one on each line. */
export const rolloutsOf = (text: string): Rollout[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Value.Parse(RolloutSchema, JSON.parse(line)));

/** What is added to the answers of the new release, to see whether it is found. */
export type Planted = { readonly lateMs?: number; readonly failingShare?: number; readonly random: () => number };

/** Takes the latencies out of a recording, old and new by the pods that answered. */
export function latenciesOf(course: Course, span: Span, young: string): Pick<Rollout, "old" | "young"> {
  const releases = new Map(course.pods.map(({ name, release }) => [name, release]));
  const answered = sentWithin(course, span).filter(({ failed }) => !failed);
  const isYoung = ({ pod }: (typeof answered)[number]) => pod !== undefined && releases.get(pod) === young;
  const counted = (some: typeof answered): [number, number][] => {
    const tenths = Map.groupBy(some, ({ latencyMs }) => Math.round(latencyMs * 10));
    return [...tenths].map(([value, all]): [number, number] => [value, all.length]).toSorted(([a], [b]) => a - b);
  };
  return {
    old: counted(answered.filter((one) => !isYoung(one))),
    young: counted(answered.filter(isYoung)),
  };
}

/** The figures that a comparison would have of a rollout, with what is planted in its new release. */
export function changeOfRollout(rollout: Rollout, planted?: Planted): ComparedChange {
  const { durationMs, extraPodSeconds, fewestReady, mixedMs } = rollout;
  const each = (counted: Rollout["old"]) =>
    counted.flatMap(([tenths, count]) => Array.from({ length: count }, () => tenths / 10));
  const requests = [
    ...each(rollout.old).map((latencyMs) => ({ release: "v1", latencyMs, failed: false })),
    ...each(rollout.young).map((latencyMs) => ({
      release: "v2",
      latencyMs: latencyMs + (planted?.lateMs ?? 0),
      failed: planted?.failingShare !== undefined && planted.random() < planted.failingShare,
    })),
    ...Array.from({ length: rollout.failed }, () => ({ release: "v1", latencyMs: 0, failed: true })),
  ];
  return { experiment: "noise", durationMs, extraPodSeconds, fewestReady, mixedMs, ...userFigures(requests, "v2") };
}
