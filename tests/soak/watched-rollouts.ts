import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { handleInterrupt, interruptible, wasInterrupted } from "../../cli/interrupt.ts";
import { courseOf } from "../../observer/course/course.ts";
import { causeOf } from "../../observer/course/requests.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { project } from "../cluster/support/lab.ts";
import { deploy, ensureImage, VARIANTS, type Variant, watchRestart } from "../fixtures/fastapi/service.ts";

/*
 * Restarts of a FastAPI service that is not ours, each watched by `bin/lab watch` at 100 requests per second:
 *
 *   npm run watch:rollouts -- without-drain --times 10    expected: refuted, with the causes
 *   npm run watch:rollouts -- drained --times 20          expected: held
 *
 * It uses a namespace of its own, which it deletes at the end. Ctrl-C ends it after the restart that runs, and the same command goes
 * on from there; --anew begins again.
 */

/** The exit code that is expected of a watch. */
const EXPECTED: Readonly<Record<Variant, number>> = { "without-drain": 1, drained: 0 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: "string", default: "3" },
    rate: { type: "string", default: "100" },
    anew: { type: "boolean", default: false },
  },
});

/** What is kept of a restart, one line of JSON each. */
type Kept = { readonly exitCode: number; readonly requests: number; readonly failed: number; readonly text: string };

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  return refuse(`--${flag}: got ${JSON.stringify(text)}, allowed: a whole number from 1. For example: --${flag} 20`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const isVariant = (name: string): name is Variant => Object.hasOwn(VARIANTS, name);

const [variant = "drained"] = positionals;
if (!isVariant(variant)) {
  refuse(`variant: got ${JSON.stringify(variant)}, allowed: ${Object.keys(VARIANTS).join(", ")}`);
}
const times = wholeNumber("times", values.times);
const rate = wholeNumber("rate", values.rate);
const reports = join(project, "reports", "watched-rollouts");
const file = join(reports, `${variant}-${rate}.ndjson`);

/** One restart under watch; undefined where it did not come to a recording. */
async function watchOne(namespace: string): Promise<Kept | undefined> {
  const { exitCode, all, folder } = await watchRestart(namespace, rate);
  if (folder === undefined || exitCode === undefined) {
    console.log(`exit code ${exitCode}\n${all}`);
    return undefined;
  }
  const { requests, gaps } = courseOf(await readRecording(folder));
  const failed = requests.filter((request) => request.failed);
  const causes = Map.groupBy(failed, (request) => `${request.connection} ${causeOf(request)}`);
  const told = [...causes].map(([cause, some]) => `${some.length} ${cause}`).join(", ") || "none";
  const why = all.split("\n").filter((line) => /^([✗?]|why) /.test(line));
  const lines = [
    `exit code ${exitCode}, ${requests.length} requests, ${failed.length} failed (${told}), ${gaps.length} gaps; ${relative(project, folder)}`,
    ...why.map((line) => `   ${line}`),
  ];
  return { exitCode, requests: requests.length, failed: failed.length, text: lines.join("\n") };
}

const readKept = async (): Promise<Kept[]> =>
  (await readFile(file, "utf8").catch(() => ""))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Kept);

handleInterrupt();
await mkdir(reports, { recursive: true });
if (values.anew) await rm(file, { force: true });
const kept = await readKept();
if (kept.length > 0) console.log(`${kept.length} restarts are there already (--anew begins again)`);
if (kept.length < times) {
  // The restart that runs ends in good order: Ctrl-C reaches its watch as well.
  using _interruption = interruptible({ kill: () => {} });
  await ensureImage();
  await using deployed = await deploy(variant);
  while (kept.length < times && !wasInterrupted()) {
    const one = await watchOne(deployed.namespace);
    if (wasInterrupted()) break;
    if (!one) throw new Error("a watch came to no recording: see above");
    kept.push(one);
    await appendFile(file, `${JSON.stringify(one)}\n`);
    console.log(`${kept.length}: ${one.text}`);
  }
}
const sum = (of: (one: Kept) => number) => kept.reduce((all, one) => all + of(one), 0);
const asExpected = kept.filter(({ exitCode }) => exitCode === EXPECTED[variant]).length;
console.log(
  `${variant}, ${VARIANTS[variant].title}: ${asExpected} of ${kept.length} ended with exit code ${EXPECTED[variant]} ` +
    `(${kept.map(({ exitCode }) => exitCode).join(" ")}); ${sum(({ failed }) => failed)} of ${sum(({ requests }) => requests)} requests failed`,
);
if (!wasInterrupted()) process.exitCode = asExpected === kept.length ? 0 : 1;
