import type { Event, Gap, Happening, PlannedRollout, Recording, RequestDone } from "../../../../observer/events.ts";
import type { Hypothesis } from "../../../../observer/verdicts/hypotheses/index.ts";
import type { Outcome } from "../../../../observer/verdicts/outcome.ts";
import { synthesize } from "../../support/synthetic.ts";
import type { SyntheticPod, SyntheticRecording, SyntheticRun, SyntheticStep } from "../../support/synthetic-types.ts";

type WithoutNames<T> = T extends unknown ? Omit<T, "id" | "claim"> : never;
/** A hypothesis whose id and claim do not matter. */
export type Claim = WithoutNames<Hypothesis>;

/** One recording with one hypothesis, and how it must be decided. */
export type Case = {
  readonly name: string;
  readonly claim: Claim;
  readonly recording: Recording;
  readonly outcome: Outcome;
  /** What the verdict's sentence must say. */
  readonly says?: string;
};

type Timed = readonly [atMs: number, happening: Happening];

/** Steps of the scene: `deploy` in 0..11 s, `change` in 12..36 s, load from 3 s to the end. */
export const CHANGE = { fromMs: 12_000, untilMs: 36_000 };

/** What differs from a deployment of v1 and a change to v2 that both succeed. */
export type Told = {
  readonly pods: readonly SyntheticPod[];
  readonly extra?: readonly Timed[];
  readonly change?: Partial<SyntheticStep>;
  readonly load?: SyntheticRecording["load"] | "none";
  /** Further hypotheses of the same experiment: they say which restarts and failures are meant to be. */
  readonly also?: readonly Claim[];
  readonly plans?: readonly PlannedRollout[];
  /** The change's config. */
  readonly config?: Readonly<Record<string, string>>;
  /** The Service's endpoints, where they are not simply all pods that are Ready. */
  readonly endpoints?: readonly (readonly [atMs: number, ready: readonly string[]])[];
  /** The recording ends within the change. */
  readonly isUnfinished?: true;
  /** Leaves the change out. */
  readonly onlyDeploy?: true;
};

/** Makes the recording in which `claim` is to be decided. */
export function sceneOf(claim: Claim, told: Told): Recording {
  const deploy = { id: "deploy", title: "Deploy v1", releases: ["v1"], fromMs: 0, operationMs: 8000, untilMs: 11_000 };
  const { untilMs, ...begun } = CHANGE;
  const change = {
    id: "change",
    title: "Change to v2",
    releases: ["v1", "v2"],
    ...begun,
    ...(told.isUnfinished ? {} : { untilMs }),
    operationMs: 12_000,
    ...(told.plans ? { plans: told.plans } : {}),
    ...told.change,
  };
  const hypotheses = [claim, ...(told.also ?? [])].map((one, index) => ({
    id: `h${index}`,
    claim: "It is so.",
    ...one,
  }));
  const { header, events } = synthesize({
    experiment: "rolling",
    title: "A change",
    question: "What happens?",
    ratePerSecond: 50,
    steps: told.onlyDeploy ? [deploy] : [deploy, change],
    pods: told.pods,
    extra: told.extra ?? [],
    hypotheses,
    ...(told.load === "none" ? {} : { load: told.load ?? { fromMs: 3000, untilMs: CHANGE.untilMs } }),
  });
  const config = { deploy: { release: "v1" }, change: told.config ?? { release: "v2" } };
  const steps = [deploy, change].map(({ id, title }) => ({
    id,
    title,
    kind: "up",
    config: id === "deploy" ? config.deploy : config.change,
  }));
  return { header: { ...header, steps }, events: told.endpoints ? withEndpoints(events, told.endpoints) : events };
}

function withEndpoints(events: readonly Event[], endpoints: NonNullable<Told["endpoints"]>): Event[] {
  const told = endpoints.map(([atMs, ready], index): Event => {
    const at = { id: 0, atMs, wallMs: WALL_MS + atMs };
    const seen = { slice: "web-x7k2p", resourceVersion: String(index), notReady: [], terminating: [] };
    return { ...at, type: "endpoints", change: index === 0 ? "listed" : "modified", ready, ...seen };
  });
  return [...events.filter(({ type }) => type !== "endpoints"), ...told]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((event, index) => ({ ...event, id: index + 1 }));
}

/** A pod of v1 that was ready before the change; it goes if it is told when. */
export const oldPod = (name: string, going: { deletionMs?: number; goneMs?: number } = {}): SyntheticPod => ({
  name,
  release: "v1",
  createdMs: 500,
  runs: [{ startedMs: 1200, readyMs: 2500 }],
  ...going,
});

/** A pod of v2 that comes in the change. */
export const newPod = (name: string, createdMs: number, readyMs?: number, release = "v2"): SyntheticPod => ({
  name,
  release,
  createdMs,
  runs: [{ startedMs: createdMs + 800, ...(readyMs === undefined ? {} : { readyMs }) }],
});

/** A pod of v2 with these runs of its container. */
export const runningPod = (name: string, runs: readonly SyntheticRun[]): SyntheticPod => ({
  name,
  release: "v2",
  createdMs: (runs[0]?.startedMs ?? CHANGE.fromMs) - 700,
  runs,
});

/** Two old pods that go one after the other, two new ones that come before: nobody notices. */
export const rolled = (): SyntheticPod[] => [
  oldPod("web-old-a", { deletionMs: 17_000, goneMs: 23_000 }),
  oldPod("web-old-b", { deletionMs: 19_000, goneMs: 25_000 }),
  newPod("web-new-a", 13_000, 16_500),
  newPod("web-new-b", 17_200, 18_800),
];

/** A bare pod that goes before its successor comes. */
export const replaced = (): SyntheticPod[] => [
  oldPod("solo-a", { deletionMs: 13_000, goneMs: 16_000 }),
  newPod("solo-b", 16_200, 18_000),
];

/** Nothing was seen of a source for a while. */
export const gap = (source: Gap["source"], fromMs = 20_000, untilMs = 22_000): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "410 Gone" },
];

/** What a source told within a while was late, or in another order than it happened. */
export const lateGap = (source: Gap["source"], fromMs: number, untilMs: number): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "no answer within 2 s", toldLate: true },
];

/** A request that was sent at an instant, a good one but for what is told. */
export const request = (sentMs: number, told: Partial<RequestDone>): Timed => [
  sentMs + 5,
  { type: "request", dueMs: sentMs, sentMs, latencyMs: 5, connection: "fresh", ...told },
];

/** What the kubelet tells of a pod. */
export const kubelet = (atMs: number, reason: string, pod: string, message = reason): Timed => [
  atMs,
  {
    type: "kubernetes-event",
    reason,
    message,
    severity: "Normal",
    count: 1,
    about: `Pod/${pod}`,
    firstAtMs: WALL_MS + Math.floor(atMs / 1000) * 1000,
    lastAtMs: WALL_MS + Math.floor(atMs / 1000) * 1000,
  },
];

const WALL_MS = synthesize({ experiment: "", title: "", question: "", ratePerSecond: 1, steps: [], pods: [] }).header
  .startedWallMs;

const caseOf =
  (outcome: Outcome) =>
  (claim: Claim, name: string, told: Told, says?: string): Case => ({
    name,
    claim,
    recording: sceneOf(claim, told),
    outcome,
    ...(says === undefined ? {} : { says }),
  });

/** A recording in which the claim holds. */
export const holds = caseOf("held");
/** A recording that refutes it. */
export const refutes = caseOf("refuted");
/** A recording that does not suffice. */
export const leavesOpen = caseOf("inconclusive");
