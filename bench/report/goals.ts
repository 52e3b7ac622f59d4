import { BASELINE } from "../baseline.ts";
import type { LoadName, Results } from "../results.ts";
import type { Spread } from "../statistics.ts";
import { cpuPerRequest, cycleRatios, figures, latency, sizeOf, throughput } from "./ratios.ts";

/** A comparison of our service with another server: the figures, and for a goal whether they meet its bound. */
export interface Verdict {
  readonly goal: string;
  /** Absent for a comparison that is only shown. */
  readonly bound?: string;
  /** Ours divided by theirs; answers per second of CPU time, if there is a rate. Absent if one of them was not measured. */
  readonly figure?: number;
  /** The smallest and the largest ratio of a cycle, if the figure is a median over cycles. */
  readonly range?: readonly [number, number];
  /** The ratio of answers per second, which other work of the machine shifts. */
  readonly byRate?: number;
  readonly verdict: "met" | "missed" | "not measured" | "no bound";
}

interface Comparison {
  readonly goal: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly figure: (results: Results) => Ratio | undefined;
}

interface Ratio {
  readonly value: number;
  readonly range?: readonly [number, number];
  readonly byRate?: number;
}

type Bound = Pick<Comparison, "atLeast" | "atMost">;

const TITLES: Readonly<Record<LoadName, string>> = {
  single: "single row",
  batch: "100 rows as JSON",
  binary: "100 rows as a binary v2 tensor",
};
const NAMES = {
  baseline: `the service at ${BASELINE}`,
  "fastify-constant": "Fastify's constant answer",
  "node-http": "bare node:http",
  "asgi-tuned": "ASGI by hand",
  "fastapi-onnx": "FastAPI + ONNX Runtime",
  "fastapi-sklearn": "FastAPI + scikit-learn",
  mlserver: "MLServer",
  bentoml: "BentoML",
  litserve: "LitServe",
} as const;
type Other = keyof typeof NAMES;

/** Against a Python server: the ratio of the medians of all rounds. */
function byMedians(load: LoadName, peer: Other, bound: Bound = {}): Comparison {
  return {
    goal: `${TITLES[load]} against ${NAMES[peer]}`,
    ...bound,
    figure: (results) => {
      const byCpu = ratio(cpuPerRequest(results, peer, load), cpuPerRequest(results, "ours", load));
      const byRate = ratio(throughput(results, "ours", load), throughput(results, peer, load));
      return byCpu && byRate && { ...byCpu, byRate: byRate.value };
    },
  };
}

/** Against another Node.js server, or another load of ours: the median of the ratios of the cycles. */
function byCycles(
  load: LoadName,
  theirs: { readonly peer: Other | "ours"; readonly load: LoadName },
  bound: Bound = {},
): Comparison {
  return {
    goal: `${TITLES[load]} against ${theirs.peer === "ours" ? "our own JSON" : NAMES[theirs.peer]}`,
    ...bound,
    figure: (results) => {
      const ratios = cycleRatios(results, { peer: "ours", load }, theirs);
      if (!ratios) return undefined;
      const { median, least, most } = ratios.cpu;
      return { value: median, range: [least, most], byRate: ratios.throughput.median };
    },
  };
}

function p99(peer: Other, atMost: number): Comparison {
  return {
    goal: `p99 at the same offered rate against ${NAMES[peer]}`,
    atMost,
    figure: (results) => ratio(latency(results, "ours", "p99Ms"), latency(results, peer, "p99Ms")),
  };
}

function ofFigures(
  what: string,
  which: "firstAnswersMs" | "pssBytes" | "rssBytes",
  peer: Other,
  bound: Bound = {},
): Comparison {
  return {
    goal: `${what} against ${NAMES[peer]}`,
    ...bound,
    figure: (results) => ratio(figures(results[which], "ours"), figures(results[which], peer)),
  };
}

function size(peer: Other, bound: Bound = {}): Comparison {
  return {
    goal: `size against ${NAMES[peer]}`,
    ...bound,
    figure: (results) => {
      const [ours, theirs] = [sizeOf(results, "ours"), sizeOf(results, peer)];
      return ours && theirs ? { value: ours / theirs } : undefined;
    },
  };
}

const GOALS: readonly Comparison[] = [
  byCycles("single", { peer: "baseline", load: "single" }, { atLeast: 1.25 }),
  byCycles("batch", { peer: "baseline", load: "batch" }, { atLeast: 1.3 }),
  byCycles("binary", { peer: "baseline", load: "binary" }, { atLeast: 1.6 }),
  byMedians("single", "asgi-tuned", { atLeast: 1.5 }),
  byMedians("single", "fastapi-onnx", { atLeast: 4.5 }),
  byMedians("single", "fastapi-sklearn", { atLeast: 50 }),
  byMedians("single", "mlserver", { atLeast: 15 }),
  byMedians("single", "bentoml", { atLeast: 15 }),
  byMedians("single", "litserve", { atLeast: 15 }),
  p99("asgi-tuned", 1),
  p99("fastapi-onnx", 0.5),
  ofFigures("start to first answer", "firstAnswersMs", "fastapi-onnx", { atMost: 0.5 }),
  ofFigures("memory after load (PSS)", "pssBytes", "fastapi-onnx", { atMost: 1.3 }),
  size("fastapi-onnx", { atMost: 0.8 }),
];

// The two servers without a model have no bound: the same code comes nearer to them on one processor than on another.
const SHOWN: readonly Comparison[] = [
  byCycles("single", { peer: "fastify-constant", load: "single" }),
  byCycles("single", { peer: "node-http", load: "single" }),
  byCycles("batch", { peer: "fastify-constant", load: "batch" }),
  byCycles("batch", { peer: "node-http", load: "batch" }),
  byCycles("binary", { peer: "ours", load: "batch" }),
  byMedians("batch", "asgi-tuned"),
  byMedians("batch", "fastapi-onnx"),
  byMedians("batch", "fastapi-sklearn"),
  byMedians("batch", "mlserver"),
  byMedians("batch", "bentoml"),
  byMedians("batch", "litserve"),
  ofFigures("start to first answer", "firstAnswersMs", "asgi-tuned"),
  ofFigures("memory after load (PSS)", "pssBytes", "baseline"),
  ofFigures("memory after load (PSS)", "pssBytes", "asgi-tuned"),
  ofFigures("memory after load (RSS)", "rssBytes", "fastapi-onnx"),
  size("baseline"),
  size("asgi-tuned"),
  size("fastapi-sklearn"),
  size("mlserver"),
  size("bentoml"),
  size("litserve"),
];

/** Every goal with its figure, in the order in which they were set. */
export function verdicts(results: Results): readonly Verdict[] {
  return GOALS.map((goal) => verdictOf(goal, results));
}

/** The comparisons that have no bound. */
export function shown(results: Results): readonly Verdict[] {
  return SHOWN.map((comparison) => verdictOf(comparison, results));
}

function verdictOf({ goal, atLeast, atMost, figure }: Comparison, results: Results): Verdict {
  const bound = atLeast !== undefined ? `>= ${atLeast}x` : atMost !== undefined ? `<= ${atMost}x` : undefined;
  const about = { goal, ...(bound && { bound }) };
  const ratio = figure(results);
  if (!ratio) return { ...about, verdict: "not measured" };
  const { value, range, byRate } = ratio;
  const measured = { ...about, figure: value, ...(range && { range }), ...(byRate && { byRate }) };
  if (!bound) return { ...measured, verdict: "no bound" };
  const met = value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
  return { ...measured, verdict: met ? "met" : "missed" };
}

function ratio(ours: Spread | undefined, theirs: Spread | undefined): Ratio | undefined {
  return ours && theirs ? { value: ours.median / theirs.median } : undefined;
}
