import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commandContext } from "../../cli/command.ts";
import { ensureControllers } from "../../setup/prepare.ts";
import { asTest, disagreementText } from "./as-test.ts";
import { startCanary } from "./canary.ts";
import { startControlPlane } from "./control-plane.ts";
import { type Held, hold } from "./hold.ts";
import { keptFile, readKept } from "./kept.ts";
import { isOutside, resultOf, whySilent } from "./record.ts";
import { percent, tableOf, totals } from "./table.ts";
import { watchAll } from "./watched.ts";

const DEFAULTS = { cases: "50", seed: "1", parallel: "24" };

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: DEFAULTS.cases },
    seed: { type: "string", default: DEFAULTS.seed },
    parallel: { type: "string", default: DEFAULTS.parallel },
    shrink: { type: "boolean", default: false },
    kept: { type: "boolean", default: false },
    case: { type: "string" },
  },
});
const numbers = { cases: Number(values.cases), seed: Number(values.seed), parallel: Number(values.parallel) };
const only = values.case === undefined ? undefined : Number(values.case);
if (only !== undefined && !(Number.isInteger(only) && only >= 0)) {
  console.error(`--case: got ${JSON.stringify(values.case)}, allowed: a whole number from 0. For example: --case 17`);
  process.exit(2);
}
for (const [flag, value] of Object.entries(numbers)) {
  if (Number.isInteger(value) && value >= 1) continue;
  console.error(`--${flag}: got ${value}, allowed: a whole number from 1. For example: --${flag} ${DEFAULTS.cases}`);
  process.exit(2);
}
const { outside, paths, report } = commandContext();
const file = keptFile(paths.cache, numbers.seed);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());

/** Runs the cases that are not done yet on a control plane of their own. */
async function run(): Promise<Held> {
  const folder = join(paths.cache, "conformance", `control-plane-${process.pid}`);
  const plane = await startControlPlane(await ensureControllers(outside, paths, report), folder);
  const watching = new AbortController();
  try {
    const watched = await watchAll(plane.config, watching.signal);
    const canary = await startCanary(plane.config, watched, watching.signal);
    const lab = { config: plane.config, watched, canary, signal: interrupted.signal };
    const beganAtMs = performance.now();
    return await hold(
      lab,
      { ...numbers, file, shrink: values.shrink, ...(only !== undefined && { only }) },
      (record, done) => {
        const seconds = Math.round((performance.now() - beganAtMs) / 1000);
        if (done % 10 === 0) console.log(`${done} of ${numbers.cases} cases, ${seconds} s, ${watched.told()} events`);
        const result = resultOf(record);
        if (isOutside(result))
          console.log(`#${record.index} ${result.kind} OUTSIDE\n${disagreementText(record, result)}`);
      },
    );
  } finally {
    watching.abort();
    await plane.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const { records, smallest } = values.kept ? { records: await readKept(file), smallest: [] } : await run();
const whole = records.filter((record) => whySilent(record) === undefined);
const results = whole.map((record) => ({ record, result: resultOf(record) }));
if (values.kept) {
  for (const { record, result } of results) {
    if (isOutside(result)) console.log(`#${record.index} ${result.kind} OUTSIDE\n${disagreementText(record, result)}`);
  }
}
for (const record of smallest) console.log(`\nThe smallest case that is outside, as a test:\n${asTest(record)}`);
const judged = results.map(({ result }) => result);
console.log(`\n${tableOf(judged)}\n`);
const sums = totals(judged);
console.log(
  `${sums.cases} cases of seed ${numbers.seed}: ${sums.outside} outside, tight in ${percent(sums.tight * 1000, 1000)} of all fields` +
    `; in ${judged.filter(({ stale }) => stale > 0).length} a pass of before acted after the change` +
    `${records.length > whole.length ? `; ${records.length - whole.length} say nothing, because the watch had a gap or the rig deleted a pod` : ""}`,
);
process.exitCode = sums.outside > 0 || interrupted.signal.aborted ? 1 : 0;
