import { access } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readRecording } from "../../observer/recording/reader.ts";
import { decide } from "../../observer/verdicts/decide.ts";
import { comparePlans } from "../../observer/verdicts/plan-comparison.ts";
import { experimentNames } from "../../stacks/index.ts";
import { lab, project, run } from "./lab.ts";

/**
 * Two experiments at a time, because most of the time of each is waiting; the node has room for the pods of one that
 * brings many and of one that brings few.
 */
const lanes: readonly (readonly string[])[] = [
  ["rolling", "blue-green", "canary", "recreate", "helm"],
  ["pod", "probes", "resources", "replicaset", "switch"],
];
/** Shorter than a person would want to look at. */
const settings: Readonly<Record<string, readonly string[]>> = { probes: ["--startDelaySeconds", "8"] };

const observed = new Map<string, ReturnType<typeof lab>>();

const observe = (name: string) => lab("observe", name, ...(settings[name] ?? []));

/** What the neighbour on the node disturbed is observed once more, alone, and that decides. */
async function observeAlone(name: string): ReturnType<typeof lab> {
  await Promise.allSettled(observed.values());
  return observe(name);
}

beforeAll(() => {
  for (const lane of lanes) {
    let before: Promise<unknown> = Promise.resolve();
    for (const name of lane) {
      const observation = before.then(() => observe(name));
      observed.set(name, observation);
      before = observation;
    }
  }
});

test("every experiment is observed", () => {
  expect(lanes.flat().sort()).toEqual(experimentNames());
});

const claim = "%s: all its hypotheses hold, and its plans come true";
test.for(lanes.flat())(claim, { retry: 1, timeout: 2_400_000 }, async (name, { task }) => {
  const isAgain = (task.result?.retryCount ?? 0) > 0;
  const failure = task.result?.errors?.at(-1);
  if (isAgain) console.warn(`${name} is observed again, alone: ${failure?.message}\n${failure?.diff ?? ""}`);
  const { exitCode, all = "" } = (await (isAgain ? observeAlone(name) : observed.get(name))) ?? {};
  const folder = join(project, /^report: (\S+);/m.exec(all)?.[1] ?? "");
  expect(folder, all).toContain(join("reports", name));
  const recording = await readRecording(folder);

  const verdicts = decide(recording);
  expect(verdicts.filter(({ outcome }) => outcome !== "held")).toEqual([]);
  // How long it takes is the machine's business, and that faults on purpose are no outage that a plan could know of.
  const faulty = ["probes", "resources"].includes(name);
  const rows = comparePlans(recording).flatMap(({ step, rows }) => rows.map((row) => ({ step, ...row })));
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ what, agrees }) => !agrees && what !== "duration" && !(faulty && what === "outage"))).toEqual(
    [],
  );
  // Pods that fall short of the namespace's standard would make the API server warn.
  const said = recording.events.flatMap((event) => (event.type === "engine" ? [event.message ?? ""] : []));
  expect(said.filter((message) => message.includes("PodSecurity"))).toEqual([]);
  for (const file of ["report.html", "report.json", "timeline.svg", "timeline.png"]) await access(join(folder, file));
  expect(exitCode, all).toBe(0);

  const left = await run("kubectl", ["--context", "minikube", "get", "namespace", `online-inference-${name}`]);
  expect(left.all).toContain("NotFound");
});
