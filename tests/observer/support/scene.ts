import type { Event, PlannedRollout, Recording } from "../../../observer/events.ts";
import type { Hypothesis } from "../../../observer/verdicts/hypotheses/index.ts";
import { STARTED_WALL_MS, synthesize, type Timed } from "./synthetic.ts";
import type { SyntheticPod, SyntheticRecording, SyntheticStep } from "./synthetic-types.ts";

type WithoutNames<T> = T extends unknown ? Omit<T, "id" | "claim"> : never;
/** A hypothesis without its id and its claim, which do not matter here. */
export type Claim = WithoutNames<Hypothesis>;

/** Span of the step `change`. The step `deploy` is in 0..11 s; requests are sent from 3 s to the end. */
export const CHANGE = { fromMs: 12_000, untilMs: 36_000 };

/** Where a recording differs from a deployment of v1 and a change to v2 that both succeed. */
export type Told = {
  readonly pods: readonly SyntheticPod[];
  readonly extra?: readonly Timed[];
  readonly change?: Partial<SyntheticStep>;
  readonly load?: SyntheticRecording["load"] | "none";
  /** Further hypotheses of the same experiment, which may claim restarts and failures. */
  readonly also?: readonly Claim[];
  readonly plans?: readonly PlannedRollout[];
  /** Config of the step `change`. */
  readonly config?: Readonly<Record<string, string>>;
  /** The Service's endpoints, if they differ from the pods that are Ready. */
  readonly endpoints?: readonly (readonly [atMs: number, ready: readonly string[]])[];
  /** Id of the step that is the control of `change`. */
  readonly control?: "deploy";
  /** The share of failures that requests must exclude. */
  readonly atMostShare?: number;
  /** The recording ends within the step `change`. */
  readonly isUnfinished?: true;
  /** The recording ends before the step `change`. */
  readonly onlyDeploy?: true;
};

/** Makes a recording with one hypothesis to decide, `claim`. */
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
    ...(id === "change" && told.control !== undefined ? { control: told.control } : {}),
  }));
  const atMost = told.atMostShare === undefined ? {} : { atMostShare: told.atMostShare };
  return {
    header: { ...header, ...atMost, steps },
    events: told.endpoints ? withEndpoints(events, told.endpoints) : events,
  };
}

function withEndpoints(events: readonly Event[], endpoints: NonNullable<Told["endpoints"]>): Event[] {
  const told = endpoints.map(([atMs, ready], index): Event => {
    const at = { id: 0, atMs, wallMs: STARTED_WALL_MS + atMs };
    const seen = { slice: "web-x7k2p", resourceVersion: String(index), notReady: [], terminating: [] };
    return { ...at, type: "endpoints", change: index === 0 ? "listed" : "modified", ready, ...seen };
  });
  return [...events.filter(({ type }) => type !== "endpoints"), ...told]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((event, index) => ({ ...event, id: index + 1 }));
}
