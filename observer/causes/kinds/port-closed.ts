import { greatest } from "../../statistics.ts";
import { duration } from "../../words.ts";
import { othersHaveAlibis } from "../alibi.ts";
import type { CauseKind, Group, Rule } from "../cause.ts";
import { isUnanswered } from "../failures.ts";
import { aftersMs, preStopWait, range } from "../group.ts";
import type { PodLife } from "../pod-lives.ts";
import { isCertain, maybe } from "../scene.ts";
import { FOLLOWED_SECONDS, GONE_WAYS } from "./gone-address.ts";

/*
 * A pod had closed its port, and the node still sent new connections to it: the removal of endpoints races SIGTERM. The pod that
 * refused does not answer, so which one it was follows from times: of the pods that had closed their ports and were not gone for
 * long, the one that closed last. A port is closed at the earliest when the wait before SIGTERM and the draining are over.
 *
 * Example without any wait: pod a is deleted at 10.0 s, pod b at 11.0 s. A request that is reset at 10.4 s was refused by a,
 * 0.4 s after it had closed; one that is reset at 11.3 s by b, 0.3 s after. With a wait of 5 s neither could have been, and the
 * requests stay without this cause.
 */

/** Nodes send to a pod's address for this much longer than the pod exists, at most. */
const SENT_AFTER_END_MS = 3_000;
/** The times of the watch are this exact on a machine that has CPU to spare. */
const SLACK_MS = 100;
/** What the wait before SIGTERM should have to spare. */
const SPARE_MS = 500;

export const portClosedRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure)) return undefined;
  const { sentMs, endMs, timedOut } = failure;
  // What waits in vain was refused, or lost, as it came; a refusal that is told may have come at its very end.
  const metMs = timedOut ? sentMs : endMs;
  const life = scene.pods
    .filter((one) => maybe(failure, one) && hadClosed(one, sentMs, metMs))
    .toSorted((one, other) => closedMs(other) - closedMs(one))[0];
  if (!life?.deletion) return undefined;
  const known = isCertain(failure, scene, life) || othersHaveAlibis(failure, scene, life.name);
  const afterMs = Math.max(0, sentMs - closedMs(life));
  return {
    certainty: known ? "seen" : "inferred",
    because: `${life.name} had been deleted ${duration(Math.max(0, sentMs - life.deletion.atMs))} before, had closed its port, and the node still sent to it`,
    evidence: [life.deletion.eventId, ...(life.stopped ? [life.stopped.eventId] : [])],
    pod: life.name,
    afterMs,
  };
};

const closedMs = ({ deletion }: PodLife): number => deletion?.closedMs ?? Number.POSITIVE_INFINITY;

function hadClosed(life: PodLife, sentMs: number, metMs: number): boolean {
  // Nodes never sent to a pod that never was Ready.
  if (life.course.firstReady === undefined) return false;
  const lastMs = life.goneMs ?? life.stopped?.untilMs ?? Number.POSITIVE_INFINITY;
  const soonestMs = closedMs(life) - SLACK_MS - (life.deletion?.toldLateMs ?? 0);
  return soonestMs <= metMs && sentMs <= lastMs + SENT_AFTER_END_MS;
}

export const portClosed: CauseKind = {
  name: "port-closed",
  title: "port closed before the node knew",
  line: (group) => {
    const [refused, gone] = parted(group);
    return [
      refused.members.length > 0 ? refusedLine(refused) : "",
      gone.members.length > 0 ? goneLine(gone, group) : "",
    ]
      .filter(Boolean)
      .join("; ");
  },
  remedy: (group) => {
    const [refused, gone] = parted(group);
    const covers = `covers ${group.members.length === 1 ? "it" : "them"}`;
    if (refused.members.length === 0 && gone.members.every(({ explanation }) => explanation.way === GONE_WAYS.before))
      return { cover: `load that begins two minutes after the last change ${covers}` };
    const { preStop = 0 } = waits(group);
    const refusedSeconds = preStop + Math.ceil((greatest([0, ...aftersMs(refused)]) + SPARE_MS) / 1000);
    const needed = Math.max(
      refused.members.length > 0 ? refusedSeconds : 0,
      gone.members.length > 0 ? FOLLOWED_SECONDS : 0,
    );
    return {
      field: "spec.template.spec.containers[].lifecycle.preStop",
      cover: `${preStopWait(group.scene, needed)} ${covers}`,
    };
  },
};

/** Those that a closed port refused, and those that were sent to an address that nothing has. */
function parted({ scene, members }: Group): readonly [refused: Group, gone: Group] {
  const isGone = ({ explanation: { way } }: Group["members"][number]) =>
    way === GONE_WAYS.here || way === GONE_WAYS.before;
  return [
    { scene, members: members.filter((one) => !isGone(one)) },
    { scene, members: members.filter(isGone) },
  ];
}

function refusedLine(group: Group): string {
  const { preStop, drain } = waits(group);
  const had = [
    preStop === undefined ? "" : preStopWait(group.scene, preStop),
    drain === undefined ? "" : `drainSeconds ${drain}`,
  ]
    .filter(Boolean)
    .join(", ");
  const went = group.members.some(({ failure }) => failure.timedOut) ? "refused or lost" : "refused";
  return `${went} ${range(aftersMs(group))} after a pod had closed its port${had ? ` (${had})` : ""}`;
}

function goneLine({ members }: Group, all: Group): string {
  const count = members.length === all.members.length ? "" : `${members.length} `;
  return `${count}sent to the address of a pod that is gone, which a node's connection tracking keeps for up to two minutes`;
}

/** The waits of the pods in question, in seconds; undefined where the recording does not tell them. */
function waits({ members, scene }: Group): {
  readonly preStop: number | undefined;
  readonly drain: number | undefined;
} {
  const names = new Set(members.map(({ explanation }) => explanation.pod));
  const lives = scene.pods.filter(({ name }) => names.has(name));
  const most = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  return {
    preStop: most(lives.map(({ preStopSeconds }) => preStopSeconds)),
    drain: most(lives.map(({ drainSeconds }) => drainSeconds)),
  };
}
