import { parseArgs } from "node:util";
import { stackContext } from "../../cli/command.ts";
import { handleInterrupt, wasInterrupted } from "../../cli/interrupt.ts";
import { openLaboratory } from "../../cli/observation/laboratory.ts";
import { makeObservation } from "../../cli/observation/observation.ts";
import type { Laboratory } from "../../cli/observation/open-session.ts";
import { keyAndValue } from "../../cli/usage/read-arguments.ts";
import { courseOf } from "../../observer/course/course.ts";
import { causeOf } from "../../observer/course/requests.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import { rememberedProfile } from "../../stacks/program/config.ts";

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
/** After a part of a rollout that no user meets. */
const OBSERVE_PART_MS = 4_000;

/** Steps of so many rollouts, one after the other, under one load. */
function rollouts(stack: string, number: number): ObservedStep[] {
  const ways = changes[stack] ?? [];
  const steps = Array.from({ length: number }, (_, index) =>
    (ways[index % 2] ?? []).map((config, part, all): ObservedStep => {
      const id = `${index + 1}${"abc"[part]}`;
      const observeMs = part === all.length - 1 ? OBSERVE_MS : OBSERVE_PART_MS;
      return { id, kind: "up", title: `Rollout ${id}`, config, observeMs };
    }),
  );
  return [{ id: "deploy", kind: "up", title: "Deploy", config: {} }, ...steps.flat()];
}

/** How many requests failed in all rollouts of a stack, and whether it came to their end. */
type Soaked = { readonly failed: number; readonly complete: boolean };

/** Rolls a stack out so many times. */
async function soak(laboratory: Laboratory, stack: string, number: number, settings: Change): Promise<Soaked> {
  const { folder, observation } = await makeObservation(laboratory, {
    stack,
    settings,
    releases: {},
    ratePerSecond: 100,
    atMostShare: 0.01,
    observeAtLeastMs: 2_000,
    keep: false,
    only: () => rollouts(stack, number),
  });
  const { requests, gaps } = courseOf(await readRecording(folder));
  const failed = requests.filter((request) => request.failed);
  const causes = new Set(failed.map((request) => `${request.connection} ${causeOf(request)}`));
  console.log(
    `${stack}: ${number} rollouts (${observation.outcome}), ${requests.length} requests, ${failed.length} failed ` +
      `(${[...causes].join(", ") || "none"}), ${gaps.length} gaps; ${folder}`,
  );
  return {
    failed: failed.length,
    complete: observation.outcome === "complete" && !gaps.some(({ source }) => source === "load"),
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rollouts: { type: "string", default: "20" },
    /** Shows what the wait before SIGTERM and the draining are for: failures are then what is expected. */
    "without-drain": { type: "boolean", default: false },
    /** Settings of the experiments, such as a smaller request of CPU where two soaks share a node. */
    set: { type: "string", multiple: true, default: [] },
    /** Destroys a stack that is up without asking. */
    yes: { type: "boolean", default: false },
  },
});
const number = Number(values.rollouts);
if (!Number.isInteger(number) || number < 1) {
  console.error(`--rollouts: got ${values.rollouts}, allowed: a whole number from 1. For example: --rollouts 20`);
  process.exit(2);
}
const stacks = positionals.length > 0 ? positionals : Object.keys(changes);
const unknown = stacks.find((stack) => changes[stack] === undefined);
if (unknown !== undefined) {
  console.error(`stack: got ${unknown}, allowed: ${Object.keys(changes).join(", ")}.`);
  process.exit(2);
}
handleInterrupt();
const soaked: Soaked[] = [];
try {
  const settings = {
    ...Object.fromEntries(values.set.map((text) => keyAndValue("--set", text))),
    ...(values["without-drain"] && { preStopSeconds: "0", drainSeconds: "0" }),
  };
  const context = await stackContext();
  const asked = {
    stacks,
    profile: { name: rememberedProfile(process.env), isChosen: false },
    yes: values.yes,
    keep: false,
  };
  await using laboratory = await openLaboratory(context, asked, `npm run soak -- ${stacks.join(" ")}`);
  for (const stack of stacks) {
    soaked.push(await soak(laboratory, stack, number, settings));
    if (wasInterrupted()) break;
  }
} catch (error) {
  if (!(error instanceof Error) || error.name !== "UserError") throw error;
  console.error(error.message);
  process.exitCode = 2;
}
const failed = soaked.some((one) => one.failed > 0);
const complete = soaked.length === stacks.length && soaked.every((one) => one.complete);
process.exitCode ??= complete && failed === values["without-drain"] ? 0 : 1;
