import { parseArgs } from "node:util";
import { commandContext } from "../../cli/context.ts";
import { type Laboratory, makeObservation } from "../../cli/observation.ts";
import { referenceAnswers } from "../../cli/reference-answers.ts";
import { courseOf } from "../../rollout/course.ts";
import { readRecording } from "../../rollout/record-reader.ts";
import type { ObservedStep } from "../../rollout/run.ts";
import { prepareMachine } from "../../setup/prepare.ts";

/** The changes of config that make up one rollout there and one back, by the stack that they are for. */
const changes: Readonly<Record<string, readonly [readonly Change[], readonly Change[]]>> = {
  "blue-green": [[{ release: "v2" }], [{ release: "v1" }]],
  rolling: [[{ release: "v2" }], [{ release: "v1" }]],
  helm: [[{ release: "v2" }], [{ release: "v1" }]],
  switch: [
    [{ greenRelease: "v2" }, { active: "green" }],
    [{ blueRelease: "v1" }, { active: "blue" }],
  ],
};
type Change = Readonly<Record<string, string>>;

/** Long enough for the old pods to be gone, and for a kept connection to notice. */
const OBSERVE_MS = 12_000;

/** Steps of so many rollouts, one after the other, under one load. */
function rollouts(stack: string, number: number): ObservedStep[] {
  const ways = changes[stack];
  if (!ways) throw new Error(`no rollouts are known of stack ${stack}`);
  const steps = Array.from({ length: number }, (_, index) =>
    (ways[index % 2] ?? []).map((config, part): ObservedStep => {
      const id = `${index + 1}${"abc"[part]}`;
      return { id, kind: "up", title: `Rollout ${id}`, config, observeMs: OBSERVE_MS };
    }),
  );
  return [{ id: "deploy", kind: "up", title: "Deploy", config: {} }, ...steps.flat()];
}

/** Rolls a stack out so many times; resolves with the number of requests that failed. */
async function soak(laboratory: Laboratory, stack: string, number: number, settings: Change): Promise<number> {
  const { folder, observation } = await makeObservation(laboratory, {
    stack,
    settings,
    releases: {},
    ratePerSecond: 100,
    observeAtLeastMs: 2_000,
    keep: false,
    only: () => rollouts(stack, number),
  });
  const { requests, gaps } = courseOf(await readRecording(folder));
  const failed = requests.filter((request) => request.failed);
  const kinds = new Set(failed.map(({ connection, status, error }) => `${connection} ${status ?? error}`));
  console.log(
    `${stack}: ${number} rollouts (${observation.outcome}), ${requests.length} requests, ${failed.length} failed ` +
      `(${[...kinds].join(", ") || "none"}), ${gaps.length} gaps; ${folder}`,
  );
  return failed.length;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rollouts: { type: "string", default: "20" },
    /** Shows what the wait before SIGTERM and the draining are for: failures are then what is expected. */
    "without-drain": { type: "boolean", default: false },
  },
});
const context = commandContext();
const machine = await prepareMachine(context.outside, context.paths, "minikube", context.report);
const laboratory = { context, machine, reference: await referenceAnswers(context.paths.project) };
const settings = values["without-drain"] ? { preStopSeconds: "0", drainSeconds: "0" } : {};
let failed = 0;
for (const stack of positionals.length > 0 ? positionals : Object.keys(changes)) {
  failed += await soak(laboratory, stack, Number(values.rollouts), settings);
}
process.exitCode = failed > 0 === values["without-drain"] ? 0 : 1;
