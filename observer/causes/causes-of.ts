import type { Course } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { greatest, smallest } from "../statistics.ts";
import type { CauseKind, CauseName, Certainty, Explanation, Group, Rule } from "./cause.ts";
import type { Failure } from "./failures.ts";
import { containerEnded, containerEndedRule, hungRule } from "./kinds/container-ended.ts";
import { cutInFlight, killedInFlight, leftInFlight } from "./kinds/cut-in-flight.ts";
import { goneAddressRule, lostAtGoneAddress } from "./kinds/gone-address.ts";
import { idleClose, idleCloseOfUnknown, idleCloseRule } from "./kinds/idle-close.ts";
import { loadSide, loadStopped, starvedRule } from "./kinds/load-side.ts";
import { noEndpoint, noEndpointNear, noEndpointSeen } from "./kinds/no-endpoint.ts";
import { onlyTerminating, onlyTerminatingNear, onlyTerminatingSeen } from "./kinds/only-terminating.ts";
import { busyRule, overload, refusedByService, throttledRule } from "./kinds/overload.ts";
import { portClosed, portClosedRule } from "./kinds/port-closed.ts";
import { readyTooEarly, readyTooEarlyRule, readyWithoutProbe } from "./kinds/ready-too-early.ts";
import { unexplained, unexplainedAs } from "./kinds/unexplained.ts";
import { type Scene, type StarvedSpan, sceneOf } from "./scene.ts";

/**
 * The rules in the order in which they are asked; the first one that speaks decides. What events show for the request's own
 * instant comes before what follows from times, and what is narrow in time before what is wide: a stopped load, an address that
 * nothing has, then a kill at that instant, then who was in the endpoints, then pods that may have been met, then what is left.
 */
const RULES: readonly (readonly [CauseKind, Rule])[] = [
  [loadSide, loadStopped],
  [portClosed, goneAddressRule],
  [readyTooEarly, readyWithoutProbe],
  [overload, refusedByService],
  [cutInFlight, killedInFlight],
  [noEndpoint, noEndpointSeen],
  [onlyTerminating, onlyTerminatingSeen],
  [containerEnded, hungRule],
  [containerEnded, containerEndedRule],
  [cutInFlight, leftInFlight],
  [idleClose, idleCloseRule],
  [noEndpoint, noEndpointNear],
  [onlyTerminating, onlyTerminatingNear],
  [portClosed, portClosedRule],
  [readyTooEarly, readyTooEarlyRule],
  [overload, throttledRule],
  [overload, busyRule],
  [idleClose, idleCloseOfUnknown],
  [portClosed, lostAtGoneAddress],
  [loadSide, starvedRule],
];

/** The cause of one failed request. */
export type RequestCause = {
  /** Id of the request's event. */
  readonly request: number;
  readonly sentMs: number;
  readonly cause: CauseName;
  readonly certainty: Certainty;
  readonly because: string;
  /** Ids of the events that show it, the request's own first. */
  readonly evidence: readonly number[];
  readonly pod?: string;
  /** In what way, where a cause has several. */
  readonly way?: string;
};

/** All failed requests of one cause. */
export type CauseGroup = {
  readonly cause: CauseName;
  readonly title: string;
  readonly count: number;
  /** How many of them events show; the others are inferred. */
  readonly seen: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The line of the terminal without the number: what happened, and what would cover it. */
  readonly line: string;
  readonly field?: string;
  readonly cover: string;
  /** Ids of the events that show it, each once, the first ones. */
  readonly evidence: readonly number[];
};

/** Why requests of a recording failed: each failed request is in `requests` once, and counts in one group. */
export type Causes = { readonly groups: readonly CauseGroup[]; readonly requests: readonly RequestCause[] };

/** The most events that a group cites. */
const MOST_CITED = 8;

/**
 * Gives every failed request one cause. `course` is the course of this recording; `starvedSpans` are the times in which a machine
 * had too little CPU, as far as anybody measured it.
 */
export function causesOf(recording: Recording, course: Course, starvedSpans: readonly StarvedSpan[] = []): Causes {
  const scene = sceneOf(recording, course, starvedSpans);
  const decided = scene.failures.map((failure) => ({ failure, ...decide(failure, scene) }));
  const groups = [...Map.groupBy(decided, ({ kind }) => kind)].map(([kind, members]) =>
    summed(kind, { scene, members }),
  );
  return {
    groups: groups.toSorted((one, other) => other.count - one.count),
    requests: decided.map(({ failure, kind, explanation }) => ({
      request: failure.id,
      sentMs: failure.sentMs,
      cause: kind.name,
      certainty: explanation.certainty,
      because: explanation.because,
      evidence: [failure.id, ...explanation.evidence],
      ...(explanation.pod === undefined ? {} : { pod: explanation.pod }),
      ...(explanation.way === undefined ? {} : { way: explanation.way }),
    })),
  };
}

function decide(failure: Failure, scene: Scene): { readonly kind: CauseKind; readonly explanation: Explanation } {
  for (const [kind, rule] of RULES) {
    const explanation = rule(failure, scene);
    if (explanation) return { kind, explanation };
  }
  return { kind: unexplained, explanation: unexplainedAs(failure) };
}

function summed(kind: CauseKind, group: Group): CauseGroup {
  const { members } = group;
  const { field, cover } = kind.remedy(group);
  return {
    cause: kind.name,
    title: kind.title,
    count: members.length,
    seen: members.filter(({ explanation }) => explanation.certainty === "seen").length,
    fromMs: smallest(members.map(({ failure }) => failure.sentMs)),
    untilMs: greatest(members.map(({ failure }) => failure.endMs)),
    line: `${kind.line(group)}; ${cover}`,
    ...(field === undefined ? {} : { field }),
    cover,
    evidence: [...new Set(members.flatMap(({ failure, explanation }) => [...explanation.evidence, failure.id]))].slice(
      0,
      MOST_CITED,
    ),
  };
}
