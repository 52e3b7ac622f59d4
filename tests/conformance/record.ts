import { gunzipSync, gzipSync } from "node:zlib";
import type { Live } from "../../kubernetes/live.ts";
import type { WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planRollout, type RolloutPlan } from "../../plan/plan.ts";
import { type Case, kindOf } from "./cases.ts";
import { compare, type Point } from "./compare.ts";
import { endedByRig, type Seen, seenSince } from "./seen.ts";
import { CONTEXT } from "./shape.ts";
import { beginOf } from "./stale-pass.ts";
import { liveBefore, type Sight } from "./watched.ts";

/**
 * A case that was run: what was wanted, and every event that was seen. Plan and verdict are made anew whenever it is read, so that a
 * kept case is judged by the plan and the judge of today.
 */
export type CaseRecord = {
  readonly index: number;
  readonly case: Case;
  readonly wanted: WorkloadManifest;
  /** The version that the API server gave the change, and when it was asked for, on the clock of the events. */
  readonly version: number;
  readonly beganAtMs: number;
  /** All events of the case's namespace, as `packed` makes them. */
  readonly events: string;
  /** The longest that the controllers took meanwhile for what takes a tenth of a second on an idle machine. */
  readonly lateMs: number;
  /** Why the case says nothing: the watch may have missed something. */
  readonly gap?: string;
};

/** A record with its events unpacked, and the state in which the controllers began with the change. */
export type Read = CaseRecord & {
  readonly sights: readonly Sight[];
  readonly live: Live;
  readonly seen: Seen;
  /** What the controllers still did for the change before. */
  readonly stale: readonly string[];
};

export type Result = {
  readonly kind: string;
  /** How often a pass that had begun before the change acted after it: the plan is of the state after that. */
  readonly stale: number;
  readonly plan: RolloutPlan;
  readonly points: readonly Point[];
};

/** Events as text that is kept in a line: a tenth of their size. */
export const packed = (sights: readonly Sight[]): string => gzipSync(JSON.stringify(sights)).toString("base64");

/** Reads a record's events: what ran when the controllers began with the change, and what came of it. */
export function read(record: CaseRecord): Read {
  const sights = sightsOf(record);
  const { version, stale } = beginOf(record.version, sights, record.wanted);
  const live = liveBefore(version, sights, record.version);
  return { ...record, sights, live, seen: seenSince(version, sights, record.beganAtMs), stale };
}

/** Why a case says nothing about the controllers; undefined if it does. */
export function whySilent(record: CaseRecord): string | undefined {
  if (record.gap !== undefined) return record.gap;
  const [name] = endedByRig(sightsOf(record));
  return name === undefined ? undefined : `kwok deleted ${name}, which came in the place of another pod`;
}

const sightsOf = ({ events }: CaseRecord): readonly Sight[] =>
  JSON.parse(gunzipSync(Buffer.from(events, "base64")).toString()) as Sight[];

/** Plans a recorded case and holds the plan against what was seen. */
export function resultOf(record: CaseRecord): Result {
  const { case: one, wanted, live, seen, lateMs, stale } = read(record);
  const plan = planRollout(wanted, live, CONTEXT);
  const points = compare(plan, seen, one.change.minReadySeconds * 1000, lateMs);
  return { kind: kindOf(one), plan, points, stale: stale.length };
}

/** Whether a plan was wrong. */
export const isOutside = ({ points }: Result): boolean => points.some(({ outside }) => outside);
