import { awayDuring, holdUps } from "../../course/load-away.ts";
import { overlaps } from "../../course/span.ts";
import { duration } from "../../words.ts";
import type { CauseKind, Rule } from "../cause.ts";
import type { Failure } from "../failures.ts";
import { waysOf } from "../group.ts";
import type { Scene } from "../scene.ts";

/*
 * The request failed on the load's own side: its process was stopped or got no CPU, or its machine had no port or file left. It
 * says nothing of the service.
 */

/** Errors of this machine, not of the other side. */
const OWN_ERRORS = ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL", "ENETDOWN", "ENETUNREACH"];
/** Requests that are sent just after the load was away go over connections that lay idle meanwhile. */
const AFTER_MS = 1_000;

/** The load was stopped, or ran out of something. */
export const loadStopped: Rule = (failure, scene) => {
  const { error, endMs, sentMs, connection, timedOut, lifeMs } = failure;
  if (error === undefined) return undefined;
  if (OWN_ERRORS.includes(error))
    return { certainty: "seen", because: `the load's own machine failed: ${error}`, evidence: [], way: error };
  const away = awayDuring(scene.course, { fromMs: sentMs, untilMs: endMs });
  if (away)
    return {
      certainty: timedOut ? "seen" : "inferred",
      because: `the load itself was held up for ${duration(away.awayMs)} of the ${duration(lifeMs)} that the request took`,
      evidence: [away.gap.id],
      way: "held up",
    };
  const before = holdUps(scene.course).findLast(({ untilMs }) => untilMs <= sentMs && sentMs - untilMs < AFTER_MS);
  if (!before || connection !== "kept" || timedOut || !lainIdle(failure, before.untilMs - before.fromMs))
    return undefined;
  return {
    certainty: "inferred",
    because: `its kept connection lay idle for ${duration(before.untilMs - before.fromMs)} while the load was held up`,
    evidence: [before.id],
    way: "held up",
  };
};

const lainIdle = ({ idleMs, socket }: Failure, awayMs: number): boolean =>
  idleMs === undefined ? socket === undefined : idleMs >= awayMs - AFTER_MS;

/** The machine was starved, and nothing else explains the request. */
export const starvedRule: Rule = (failure, { starvedSpans }: Scene) => {
  const span = starvedSpans.find((one) => overlaps(one, { fromMs: failure.sentMs, untilMs: failure.endMs + 1 }));
  return span && { certainty: "inferred", because: span.why, evidence: span.eventIds, way: "starved" };
};

export const loadSide: CauseKind = {
  name: "load-side",
  title: "the load's own side, or a starved machine",
  line: (group) =>
    waysOf(group)[0] === "starved"
      ? "while the machine was starved"
      : `on the load's own side (${waysOf(group).join(", ")}), which says nothing of the service`,
  remedy: () => ({ cover: "measure again on a machine that has CPU to spare" }),
};
