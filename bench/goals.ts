import { cpuPerRequest, cycleRatios, figures, latency, sizeOf, throughput } from "./ratios.ts";
import type { LoadName, Results } from "./results.ts";
import type { Spread } from "./statistics.ts";

/** A goal, its measured figure, and whether the figure meets it. */
export interface Verdict {
  readonly goal: string;
  readonly bound: string;
  /** Ours divided by theirs; absent if one of them was not measured. */
  readonly figure?: number;
  /** The smallest and the largest ratio of a cycle, if the figure is a median over cycles. */
  readonly range?: readonly [number, number];
  /** For throughput: the ratio of answers per second of CPU time, on which other work of the machine has little effect. */
  readonly byCpu?: number;
  readonly verdict: "met" | "missed" | "not measured";
}

interface Goal {
  readonly goal: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly figure: (results: Results) => Ratio | undefined;
}

interface Ratio {
  readonly value: number;
  readonly range?: readonly [number, number];
  readonly byCpu?: number;
}

const TITLES: Readonly<Record<LoadName, string>> = {
  single: "single row",
  batch: "100 rows as JSON",
  binary: "100 rows as a binary v2 tensor",
};

/** Throughput against a Python peer: medians of the run. */
function faster(load: LoadName, peer: string, than: string, atLeast: number): Goal {
  return {
    goal: `${TITLES[load]}: requests/s against ${than}`,
    atLeast,
    figure: (results) => {
      const byRate = ratio(throughput(results, "ours", load), throughput(results, peer, load));
      const byCpu = ratio(cpuPerRequest(results, peer, load), cpuPerRequest(results, "ours", load));
      return byRate && byCpu && { ...byRate, byCpu: byCpu.value };
    },
  };
}

/** Throughput against another Node.js server, or another load: the median of the cycles' ratios. */
function nearly(
  load: LoadName,
  theirs: { readonly peer: string; readonly load: LoadName },
  than: string,
  atLeast: number,
): Goal {
  return {
    goal: `${TITLES[load]}: requests/s against ${than}`,
    atLeast,
    figure: (results) => {
      const ratios = cycleRatios(results, { peer: "ours", load }, theirs);
      if (!ratios) return undefined;
      const { median, least, most } = ratios.throughput;
      return { value: median, range: [least, most], byCpu: ratios.cpu.median };
    },
  };
}

function smaller(goal: string, atMost: number, figure: Goal["figure"]): Goal {
  return { goal, atMost, figure };
}

const sizeGoal = (peer: string, than: string, atMost: number) =>
  smaller(`installed size against ${than}`, atMost, (results) => {
    const [ours, theirs] = [sizeOf(results, "ours"), sizeOf(results, peer)];
    return ours && theirs ? { value: ours / theirs } : undefined;
  });

const p99Goal = (peer: string, than: string, atMost: number) =>
  smaller(`p99 at the same offered rate against ${than}`, atMost, (results) =>
    ratio(latency(results, "ours", "p99Ms"), latency(results, peer, "p99Ms")),
  );

const GOALS: readonly Goal[] = [
  faster("single", "fastapi-sklearn", "FastAPI + scikit-learn", 20),
  faster("single", "fastapi-onnx", "FastAPI + ONNX Runtime", 8),
  faster("single", "asgi-tuned", "ASGI by hand", 2),
  faster("single", "mlserver", "MLServer", 50),
  faster("single", "bentoml", "BentoML", 50),
  faster("single", "litserve", "LitServe", 50),
  nearly("single", { peer: "fastify-constant", load: "single" }, "Fastify's constant answer", 0.95),
  nearly("single", { peer: "node-http", load: "single" }, "bare node:http", 0.75),
  faster("batch", "fastapi-sklearn", "FastAPI + scikit-learn", 9),
  faster("batch", "fastapi-onnx", "FastAPI + ONNX Runtime", 7),
  nearly("batch", { peer: "fastify-constant", load: "batch" }, "Fastify's constant answer", 0.95),
  nearly("binary", { peer: "ours", load: "batch" }, "our own JSON", 3),
  p99Goal("fastapi-onnx", "FastAPI + ONNX Runtime", 0.3),
  p99Goal("asgi-tuned", "ASGI by hand", 1),
  smaller("start to first answer against FastAPI + ONNX Runtime", 0.5, ({ firstAnswersMs }) =>
    ratio(figures(firstAnswersMs, "ours"), figures(firstAnswersMs, "fastapi-onnx")),
  ),
  smaller("memory after load against FastAPI + ONNX Runtime", 1.2, ({ memoryBytes }) =>
    ratio(figures(memoryBytes, "ours"), figures(memoryBytes, "fastapi-onnx")),
  ),
  sizeGoal("fastapi-onnx", "FastAPI + ONNX Runtime", 0.8),
  sizeGoal("fastapi-sklearn", "FastAPI + scikit-learn", 0.5),
  sizeGoal("bentoml", "BentoML", 0.5),
  sizeGoal("mlserver", "MLServer", 0.5),
  sizeGoal("litserve", "LitServe", 0.5),
];

/** Every goal with its figure, in the order of the issue that set them. */
export function verdicts(results: Results): readonly Verdict[] {
  return GOALS.map(({ goal, atLeast, atMost, figure }) => {
    const bound = atLeast === undefined ? `<= ${atMost}x` : `>= ${atLeast}x`;
    const ratio = figure(results);
    if (!ratio) return { goal, bound, verdict: "not measured" };
    const met = atLeast === undefined ? ratio.value <= (atMost ?? Number.NaN) : ratio.value >= atLeast;
    return {
      goal,
      bound,
      figure: ratio.value,
      ...(ratio.range && { range: ratio.range }),
      ...(ratio.byCpu && { byCpu: ratio.byCpu }),
      verdict: met ? "met" : "missed",
    };
  });
}

function ratio(ours: Spread | undefined, theirs: Spread | undefined): Ratio | undefined {
  return ours && theirs ? { value: ours.median / theirs.median } : undefined;
}
