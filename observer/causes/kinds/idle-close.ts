import { duration } from "../../words.ts";
import type { CauseKind, Rule } from "../cause.ts";
import { isUnanswered } from "../failures.ts";
import { isOfOwnStack, range } from "../group.ts";
import { knownLife } from "../scene.ts";

/*
 * A server closed a kept connection while it was idle, and the client's next request was already on its way. Servers do so after
 * their keep-alive time, and as they stop. A client that sends again covers it, and so does a server that announces the end of a
 * connection with its last answer, as ours does while it drains.
 *
 * Example: pod a answered on connection 3 at 9.99 s, was deleted at 10.0 s and closes idle connections. A request on connection 3
 * at 10.04 s is reset after 1 ms: an idle close, and a, which gave the earlier answer, is known to have done it.
 */

/** What a server closes while it is idle ends this soon, also on a busy machine; a longer life means that it was taken. */
const CLOSED_WITHIN_MS = 1_000;

/** No server that goes on closes a connection that was idle for less. */
const LEAST_IDLE_MS = 1_000;

/** The connection is known to be an old one, and to which pod it leads. */
export const idleCloseRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure) || failure.timedOut || failure.lifeMs > CLOSED_WITHIN_MS) return undefined;
  const { connection, knownPod, idleMs, endMs } = failure;
  if (connection !== "kept" || (knownPod === undefined && idleMs === undefined)) return undefined;
  const life = knownLife(failure, scene);
  const { deletion } = life ?? {};
  const stopping = deletion !== undefined && deletion.atMs <= endMs;
  if (!stopping && (idleMs ?? 0) < LEAST_IDLE_MS) return undefined;
  const idle = idleMs === undefined ? "" : `, after ${duration(idleMs)} without a request`;
  return {
    certainty: stopping ? "seen" : "inferred",
    because: `${knownPod ?? "the server"} closed the kept connection${stopping ? " as it stopped" : ""}${idle}`,
    evidence: deletion && stopping ? [deletion.eventId] : [],
    ...(knownPod === undefined ? {} : { pod: knownPod }),
    ...(idleMs === undefined ? {} : { afterMs: idleMs }),
    way: stopping ? "as it stopped" : "idle",
  };
};

/** Old recordings do not say which requests share a connection: a kept one that nothing else explains was closed idle. */
export const idleCloseOfUnknown: Rule = (failure) => {
  if (!isUnanswered(failure) || failure.timedOut || failure.lifeMs > CLOSED_WITHIN_MS) return undefined;
  if (failure.connection !== "kept" || failure.socket !== undefined || failure.reached !== undefined) return undefined;
  return {
    certainty: "inferred",
    because: "a kept connection was closed as the request came",
    evidence: [],
    way: "idle",
  };
};

export const idleClose: CauseKind = {
  name: "idle-close",
  title: "kept connection closed while idle",
  line: ({ members }) => {
    const idle = members.flatMap(({ failure }) => (failure.idleMs === undefined ? [] : [failure.idleMs]));
    const stopping = members.some(({ explanation }) => explanation.way === "as it stopped");
    const by = stopping ? "a pod closed kept connections as it stopped" : "the server closed kept connections";
    return `${by}${idle.length === 0 ? "" : `, ${range(idle)} after their last answer`}`;
  },
  remedy: ({ members, scene }) =>
    members.some(({ explanation }) => explanation.way === "as it stopped")
      ? {
          field: "spec.template.spec.containers[].lifecycle.preStop",
          cover: `a server that answers with Connection: close for a while before it closes covers them${isOfOwnStack(scene) ? " (here: drainSeconds)" : ""}`,
        }
      : { cover: "a keep-alive time of the server that is longer than the client's covers them" },
};
