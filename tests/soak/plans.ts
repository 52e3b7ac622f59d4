import { isDeepStrictEqual, parseArgs } from "node:util";
import { isActive, nameOf } from "../../kubernetes/pods.ts";
import { planRollout } from "../../plan/plan.ts";
import { planText } from "../../plan/text.ts";
import { rememberedProfile } from "../../stacks/program/config.ts";
import { dice, numbers } from "../support/random.ts";
import { changed, FIRST, manifestOf, type Shape, shapeText, type Template } from "./plan-case.ts";
import { openCluster, type PlanCluster, until } from "./plan-cluster.ts";
import { outside } from "./plan-held.ts";

/** A change counts as over after this long without an event; it is longer than any minReadySeconds and start of a case. */
const QUIET_MS = 4_000;
/** How long to wait beyond a plan's longest duration, to see whether it is met late; and the longest wait for any case. */
const LATE_MS = 10_000;
const LONGEST_MS = 90_000;

const isQuiet = ({ tally }: PlanCluster): boolean => tally.quietMs(performance.now()) >= QUIET_MS;

/** The result of a case: the bounds that were seen, and the points in which the plan was wrong. */
type Tried = { readonly bounds: string; readonly points: readonly string[] };

/** Plans a change, makes it, and returns the points in which the plan was wrong. */
async function tryCase(cluster: PlanCluster, shape: Shape): Promise<Tried> {
  const wanted = manifestOf(shape, cluster.image);
  const plan = planRollout(wanted, await cluster.live());
  const gapsBefore = cluster.gaps.length;
  cluster.tally.begin(performance.now());
  await cluster.apply(wanted);
  const isOver = () => isQuiet(cluster) && isDeepStrictEqual(cluster.tally.seen().podsAfter, { ...plan.podsAfter });
  await until(Math.min(LONGEST_MS, plan.durationMs.most + LATE_MS), isOver);
  const seen = cluster.tally.seen();
  await until(LONGEST_MS, () => isQuiet(cluster));
  const most = `${seen.mostPods} of at most ${plan.maxPods} pods${plan.beyond ? ` (${plan.beyond} beyond)` : ""}`;
  const bounds = `${most}, ${seen.fewestReady} of at least ${plan.minReady} ready`;
  // Counts that span a gap of the watch say nothing.
  if (cluster.gaps.length > gapsBefore) return { bounds, points: [] };
  const points = outside(plan, seen, shape.minReadySeconds * 1000);
  if (points.length > 0) console.log(`  ${planText([plan]).replaceAll("\n", "\n  ")}`);
  return { bounds, points };
}

/** Now and then lets an old pod fail before Recreate begins, because a plan has to know this bug of the controllers. */
async function failOne(cluster: PlanCluster): Promise<void> {
  const pod = (await cluster.live()).pods.find(isActive);
  if (!pod) return;
  await cluster.fail(nameOf(pod));
  await until(LONGEST_MS, () => isQuiet(cluster));
}

type Order = { readonly cases: number; readonly seed: number };

/** Counts the random changes, and those that left the bounds of their plans. */
async function soak(cluster: PlanCluster, { cases, seed }: Order, signal: AbortSignal) {
  const draw = dice(numbers(seed));
  const known: Template[] = [FIRST.template];
  let [shape, bad, number] = [FIRST, 0, 0];
  for (; number <= cases && !signal.aborted; number += 1) {
    const before = shape;
    // The first one is the Deployment's creation.
    if (number > 0) shape = changed(before, number, known, draw);
    known.push(shape.template);
    const failed = shape.strategy === "Recreate" && shape.template !== before.template && draw.onceIn(2);
    if (failed) await failOne(cluster);
    const { bounds, points } = await tryCase(cluster, shape);
    if (points.length > 0) bad += 1;
    const verdict = points.length > 0 ? "OUTSIDE" : "within";
    console.log(`#${number} ${verdict}: ${shapeText(shape)}${failed ? ", one pod failed before" : ""}: ${bounds}`);
    for (const point of points) console.log(`  ${point}`);
  }
  return { tried: number, bad };
}

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    context: { type: "string", default: rememberedProfile(process.env) },
  },
});
const order: Order = { cases: Number(values.cases), seed: Number(values.seed) };
for (const [flag, value] of Object.entries(order)) {
  if (Number.isInteger(value) && value >= 1) continue;
  console.error(`--${flag}: got ${value}, allowed: a whole number from 1. For example: --${flag} 30`);
  process.exit(2);
}
const interrupted = new AbortController();
// Ctrl-C lets the current case end and removes all objects; a second Ctrl-C ends at once.
process.once("SIGINT", () => interrupted.abort());
const watching = new AbortController();
try {
  const cluster = await openCluster(values.context, watching.signal);
  try {
    const { tried, bad } = await soak(cluster, order, interrupted.signal);
    console.log(
      `${tried - bad} of ${tried} changes within their plans (seed ${order.seed}), ${cluster.gaps.length} gaps`,
    );
    process.exitCode = bad > 0 || cluster.gaps.length > 0 || interrupted.signal.aborted ? 1 : 0;
  } finally {
    await cluster.remove();
  }
} catch (error) {
  if (!(error instanceof Error) || error.name !== "UserError") throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  watching.abort();
}
