import { overlaps, type Span, totalMs } from "../../course/span.ts";
import { duration } from "../../words.ts";
import { answeredNewWithin, firstFrom } from "../alibi.ts";
import type { Explanation, Rule } from "../cause.ts";
import { type Failure, isOnNewConnection } from "../failures.ts";
import type { PodLife } from "../pod-lives.ts";
import { endpointsAt, type Scene } from "../scene.ts";
import { ASKED_MS, type Silence } from "../silences.ts";
import { earliestEndMs } from "./container-ended.ts";

/*
 * A node sent a new connection to the address of a pod that is gone. Its connection tracking keeps a connection that a pod never
 * answered for two minutes, under the client's address and port. A client, or the proxy before the node, that takes the same port
 * again is led to the same pod, whatever the endpoints are by then; nothing has that address, so the node gives up after 3 s.
 *
 * Example: pod a went at 10 s without any wait, and a dozen connections were sent to it as it went. At 70 s a new connection has
 * the source port of one of them: it is reset at 73.06 s, while pods b and c answer all others.
 */

/** Connection tracking keeps a connection that was never answered for this long (nf_conntrack_tcp_timeout_syn_sent). */
const REMEMBERED_MS = 120_000;
/** Nodes follow endpoints within this time, so a pod whose port stays open for longer leaves nothing to remember. */
export const FOLLOWED_SECONDS = 2;
const SLACK_MS = 200;

/** How an explanation of port-closed says that it is this one: a pod of the recording went, or one before the recording began. */
export const GONE_WAYS = { here: "gone", before: "gone before" } as const;

/** The node gave up, which takes 3 s. */
export const goneAddressRule: Rule = (failure, scene) => {
  const silence = scene.silences.get(failure.id) ?? unreachable(failure);
  return silence && toGoneAddress(failure, scene, silence, "gave up after");
};

/**
 * The client gave up. A node that had to do with the pod a while ago still takes its address for reachable, and loses what it sends
 * there. Behind a proxy that takes every connection it may as well be a slow server, which lets requests on kept connections wait
 * too: there a pod of the recording must have gone, and no such request may have waited in vain meanwhile.
 */
export const lostAtGoneAddress: Rule = (failure, scene) => {
  if (!isOnNewConnection(failure) || !failure.timedOut) return undefined;
  const silence = { fromMs: failure.sentMs, untilMs: failure.endMs };
  const found = toGoneAddress(failure, scene, silence, "got no answer for");
  if (!found || failure.reached === "nothing") return found;
  // All wait for the same time, so the first one that was given up later was also sent first.
  const next = scene.keptWaits[firstFrom(scene.keptWaits, silence.fromMs)];
  const isSlow = next !== undefined && next.sentMs < silence.untilMs;
  return isSlow || found.way === GONE_WAYS.before ? undefined : found;
};

function toGoneAddress(failure: Failure, scene: Scene, silence: Silence, what: string): Explanation | undefined {
  if (isDoubtful(silence, scene)) return undefined;
  const left = scene.pods.filter((life) => wentUntold(life, failure.sentMs));
  if (left.length === 0 && failure.sentMs > REMEMBERED_MS) return undefined;
  const only = left.length === 1 ? left[0] : undefined;
  const whose = left.length === 0 ? "a pod that went before the recording began" : "a pod that is gone";
  return {
    certainty: "inferred",
    because: `the node sent it to the address of ${only ? `${nameOf(only, scene)}, which is gone` : whose}, and ${what} ${duration(totalMs([silence]))}`,
    evidence: left.flatMap(({ deletion }) => (deletion ? [deletion.eventId] : [])),
    ...(only ? { pod: only.name } : {}),
    way: left.length === 0 ? GONE_WAYS.before : GONE_WAYS.here,
  };
}

/** A StatefulSet's pod has a successor of its name, which is there. */
const nameOf = (life: PodLife, { pods }: Scene): string =>
  pods.some((other) => other !== life && other.name === life.name) ? `a former ${life.name}` : life.name;

/** A client that asks the node itself is told. */
const unreachable = ({ error, sentMs, endMs }: Failure): Silence | undefined =>
  error === "EHOSTUNREACH" && endMs - sentMs >= ASKED_MS ? { fromMs: sentMs, untilMs: endMs } : undefined;

/**
 * Whether something else may have ended the connections in that instant: a pod of the endpoints that ended, or did not answer
 * others in the meantime, or a starved machine.
 */
function isDoubtful(silence: Silence, scene: Scene): boolean {
  const ready = endpointsAt(scene, silence.fromMs)?.ready ?? [];
  if (ready.length === 0 || scene.starvedSpans.some((one) => overlaps(one, silence))) return true;
  const ends = scene.pods.filter(({ name }) => ready.includes(name)).flatMap(endsOf);
  return (
    ends.some((end) => isAtEnd(silence, end)) ||
    !ready.every((name) => answeredNewWithin(scene.answersOf(name), silence))
  );
}

/** When a pod stopped, and when containers of it ended that nobody asked to: the cluster's times are whole seconds. */
const endsOf = ({ stopped, course }: PodLife): Span[] => [
  ...(stopped ? [stopped] : []),
  ...course.ends.map((end) => ({
    fromMs: earliestEndMs(end),
    untilMs: Math.min(end.atMs, (end.finishedMs ?? end.atMs) + 1_000),
  })),
];

const isAtEnd = ({ untilMs }: Silence, end: Span): boolean =>
  end.fromMs - SLACK_MS <= untilMs && untilMs <= end.untilMs + SLACK_MS;

/** Whether a pod went before an instant, not long ago, and before the nodes had heard of it. */
function wentUntold({ course, deletion, stopped, goneMs }: PodLife, atMs: number): boolean {
  const wentMs = stopped?.fromMs ?? goneMs;
  if (deletion === undefined || wentMs === undefined || course.firstReady === undefined) return false;
  if (deletion.closedMs - deletion.atMs >= FOLLOWED_SECONDS * 1_000) return false;
  return wentMs <= atMs + SLACK_MS && atMs <= wentMs + REMEMBERED_MS;
}
