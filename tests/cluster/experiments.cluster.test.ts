import { access } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readRecording } from "../../observer/recording/reader.ts";
import { experimentNames } from "../../stacks/index.ts";
import { comparisonsOf, verdictsOf } from "../observer/support/facts-of.ts";
import { profile, project, run, startLab } from "./support/lab.ts";

/**
 * Two experiments run at a time, because each waits most of its time, until one of them does not hold: from then on one at a
 * time. The node has room for the pods of a large experiment and a small one together, or of two small ones; in each list the
 * longest comes first.
 */
const large: readonly string[] = ["rolling", "canary", "helm", "blue-green", "recreate"];
const small: readonly string[] = ["probes", "replicaset", "switch", "resources", "pod"];
const names = [...large, ...small];
/** Settings of single experiments: a short start delay saves time, and so does a rollout that is soon called failed. */
const settings: Readonly<Record<string, readonly string[]>> = {
  probes: ["--startDelaySeconds", "5"],
  rolling: ["--progressDeadlineSeconds", "20"],
};

type Ended = Awaited<ReturnType<typeof startLab>>;

const observed = new Map(names.map((name) => [name, Promise.withResolvers<Ended>()]));

const observe = (name: string) => startLab("observe", name, "--yes", ...(settings[name] ?? []));

/** What an observation says once its steps are done. What is left are 3 s of load, its stack's end and its report. */
const STEPS_DONE = /^settling: /m;

/** Resolves when the steps of an observation are done, or it has ended without that. */
async function stepsDone(observation: ReturnType<typeof startLab>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let said = "";
  observation.all.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (STEPS_DONE.test(said)) resolve();
  });
  await Promise.race([promise, observation]);
}

/** Whether the machine bears two observations: on a slow one each spoils the other, and what is spoilt costs its time twice. */
let bearsTwo = true;

/** Observes one experiment after the other. One stack ends while the next one comes up: of these two only one is observed. */
async function observeAll(next: () => string | undefined): Promise<void> {
  for (let name = next(); name !== undefined; name = next()) {
    const observation = observe(name);
    observed.get(name)?.resolve(observation);
    void observation.then(({ exitCode }) => {
      bearsTwo &&= exitCode === 0;
    });
    await stepsDone(observation);
  }
}

/** What the neighbour on the node disturbed is observed once more, alone, and that decides. */
async function observeAlone(name: string): Promise<Ended> {
  await Promise.allSettled([...observed.values()].map(({ promise }) => promise));
  return observe(name);
}

beforeAll(() => {
  const [larger, smaller] = [[...large], [...small]];
  // The first lane takes small ones when it is done: the shortest, which are last.
  void observeAll(() => larger.shift() ?? smaller.pop());
  void observeAll(() => (bearsTwo ? smaller.shift() : undefined));
});

test("every experiment is observed", () => {
  expect(names.toSorted()).toEqual(experimentNames());
});

const claim = "%s: all its hypotheses hold, and its plans come true";
test.for(names)(claim, { retry: 1, timeout: 3_600_000 }, async (name, { task }) => {
  const isAgain = (task.result?.retryCount ?? 0) > 0;
  const failure = task.result?.errors?.at(-1);
  if (isAgain) console.warn(`${name} is observed again, alone: ${failure?.message}\n${failure?.diff ?? ""}`);
  const { exitCode, all = "" } = (await (isAgain ? observeAlone(name) : observed.get(name)?.promise)) ?? {};
  const folder = join(project, /^report: (\S+);/m.exec(all)?.[1] ?? "");
  expect(folder, all).toContain(join("reports", name));
  const recording = await readRecording(folder);

  const verdicts = verdictsOf(recording);
  expect(verdicts.filter(({ outcome }) => outcome !== "held")).toEqual([]);
  // Durations depend on the machine, and a plan cannot know of outages that faults cause on purpose: neither is compared.
  const faulty = ["probes", "resources"].includes(name);
  const uncompared = ["duration", ...(faulty ? ["outage", "without a Ready pod"] : [])];
  const rows = comparisonsOf(recording).flatMap(({ step, rows }) => rows.map((row) => ({ step, ...row })));
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ what, agrees }) => !agrees && !uncompared.includes(what))).toEqual([]);
  // The API server would warn of pods that violate the namespace's standard.
  const said = recording.events.flatMap((event) => (event.type === "engine" ? [event.message ?? ""] : []));
  expect(said.filter((message) => message.includes("PodSecurity"))).toEqual([]);
  for (const file of ["report.html", "report.json", "timeline.svg", "timeline.png"]) await access(join(folder, file));
  expect(exitCode, all).toBe(0);

  const left = await run("kubectl", ["--context", profile, "get", "namespace", `online-inference-${name}`]);
  expect(left.all).toContain("NotFound");
});
