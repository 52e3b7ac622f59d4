import type { StepSpan } from "../course/course.ts";
import type { Event, Recording } from "../events.ts";
import { median } from "../statistics.ts";
import { type Sample, starvedWords, surroundingsIn } from "../verdicts/starvation.ts";

/** The owners of CPU time, in the order in which the chart stacks them. */
export const OWNERS = ["stack", "cluster", "observer", "others"] as const;

type Owner = (typeof OWNERS)[number];
/** Cores by owner; a node has no observer. */
type OwnerCores = Readonly<Partial<Record<Owner, number>>>;

/** What a machine did in a step: means in cores, medians of times. */
export type MachineStep = {
  readonly step: string;
  /** `this machine`, or `node NAME` where its kubelet was asked. */
  readonly where: string;
  readonly cores: number;
  readonly busyCores: number;
  /** Absent where it was not sampled. */
  readonly owners?: OwnerCores;
  readonly timersLateMs?: number;
  readonly apiServerMs?: number;
  /** What was starved, in words; absent where nothing was. */
  readonly starved?: string;
};

/** What the machines did beside the change. */
export type MachineFigures = {
  readonly steps: readonly MachineStep[];
  /** Why some of it is not known; absent where all is. */
  readonly unsampled?: string;
};

/** Sums up the samples of a recording by step; undefined where it has none. */
export function machineOf({ events }: Recording, spans: readonly StepSpan[]): MachineFigures | undefined {
  const steps = spans.flatMap((span) => {
    const around = surroundingsIn({ events }, span);
    if (!around) return [];
    const starved = starvedWords(around);
    const rows = Map.groupBy(around.samples, whereOf);
    return [...rows].map(
      ([where, samples]): MachineStep => ({
        step: span.title,
        where,
        ...figuresOf(samples),
        ...(starved !== undefined && { starved }),
      }),
    );
  });
  if (steps.length === 0) return undefined;
  const unsampled = unsampledOf(steps, events);
  return { steps, ...(unsampled !== undefined && { unsampled }) };
}

/** Which machine a sample is of. */
export const whereOf = (sample: Sample): string => (sample.type === "node" ? `node ${sample.node}` : "this machine");

function figuresOf(samples: readonly Sample[]): Omit<MachineStep, "step" | "where"> {
  const wholeMs = samples.reduce((sum, { overMs }) => sum + overMs, 0);
  const attributed = samples.filter(({ owners }) => owners);
  const attributedMs = attributed.reduce((sum, { overMs }) => sum + overMs, 0);
  const used = (owner: Owner) =>
    attributed.reduce((sum, { owners, overMs }) => sum + (coresOf(owners, owner) ?? 0) * overMs, 0) / attributedMs;
  const own = samples.filter((sample) => sample.type === "machine");
  const answers = own.flatMap(({ apiServerMs }) => (apiServerMs === undefined ? [] : [apiServerMs]));
  return {
    cores: samples[0]?.cores ?? 0,
    busyCores: samples.reduce((sum, { busyCores, overMs }) => sum + busyCores * overMs, 0) / wholeMs,
    ...(attributed.length > 0 && {
      owners: Object.fromEntries(
        OWNERS.filter((owner) => own.length > 0 || owner !== "observer").map((owner) => [owner, used(owner)]),
      ),
    }),
    ...(own.length > 0 && { timersLateMs: median(own.map(({ timersLateMs }) => timersLateMs)) }),
    ...(answers.length > 0 && { apiServerMs: median(answers) }),
  };
}

/** The cores of an owner in a sample. */
export const coresOf = (owners: OwnerCores | undefined, owner: Owner): number | undefined => owners?.[owner];

/** What a recording says of a node that would not be asked: see observer/watch/node-samples.ts. */
const REFUSED = /^nodes: (.*)/s;

function unsampledOf(steps: readonly MachineStep[], events: readonly Event[]): string | undefined {
  if (steps.every(({ owners }) => owners)) return undefined;
  const refused = events
    .flatMap((event) => (event.type === "engine" ? [REFUSED.exec(event.message ?? "")?.[1]] : []))
    .find((why) => why !== undefined);
  if (steps.some(({ where, owners }) => where !== "this machine" && owners))
    return "Whose CPU was used on this machine was not sampled: the node's processes are not to be seen on it. What the node's kubelet says stands beside it.";
  return (
    "Whose CPU was used was not sampled: this machine does not show whose processes run on the node" +
    `${refused === undefined ? ", and no kubelet gave figures" : ` (${refused})`}. ` +
    "Others may have taken what the stack needed; only late timers and late answers would show it."
  );
}
