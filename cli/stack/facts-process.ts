import { text } from "node:stream/consumers";
import { UserError } from "../../common/user-error.ts";
import type { StepPlan } from "../../observer/run/steps.ts";
import type { RolloutPlan } from "../../plan/plan.ts";
import { type ConfigSource, fullKey, PROJECT, resolveConfig } from "../../stacks/program/config.ts";
import { prepare } from "../../stacks/program/prepare.ts";
import { stackAddress } from "../../stacks/program/stack-address.ts";
import { refuseOwnModel } from "../own-model.ts";
import type { StackFacts, StackQuestion } from "./facts.ts";
import { readStackFile } from "./file.ts";
import { toPlanned, toPlannedServices } from "./planned-rollout.ts";

/*
 * A process of its own: reads a StackQuestion from standard input and writes the answer to standard output. It takes seconds of
 * CPU (Pulumi's SDK, bundling, hashing), which must neither delay the requests of an observation nor count as its cost.
 */

const { stack, values, want }: StackQuestion = JSON.parse(await text(process.stdin));
/** Pulumi tells no program but its own which values are secret; the stack's file does. */
const source = async (): Promise<ConfigSource> => ({
  project: PROJECT,
  stack,
  values: Object.fromEntries(Object.entries(values).map(([key, value]) => [fullKey(key), value])),
  secretKeys: (await readStackFile(process.cwd(), stack)).secretKeys,
  env: process.env,
});

async function facts(): Promise<StackFacts> {
  const config = resolveConfig(await source());
  refuseOwnModel(config);
  const { experiment, experimentName, settings } = config;
  return {
    experiment: experimentName,
    title: experiment.title,
    question: experiment.question,
    settings,
    steps: experiment.steps(settings),
    hypotheses: experiment.hypotheses(settings),
    ...stackAddress(config),
  };
}

async function stepPlan(): Promise<StepPlan> {
  const { plans, services } = await prepare(await source());
  return {
    plans: plans.map((plan) => toPlanned(plan, services)),
    services: toPlannedServices(services, plans),
    releases: releasesAfter(plans),
  };
}

/** Releases that config asks pods of, most pods first; a workload of no pods asks for none. */
function releasesAfter(plans: readonly RolloutPlan[]): readonly string[] {
  const asked = plans.flatMap(({ podsAfter, releaseAfter }) => {
    const pods = Object.values(podsAfter).reduce((sum, count) => sum + count, 0);
    return pods > 0 && releaseAfter !== undefined ? [{ release: releaseAfter, pods }] : [];
  });
  return [...new Set(asked.sort((a, b) => b.pods - a.pods).map(({ release }) => release))];
}

try {
  process.stdout.write(JSON.stringify(want === "facts" ? await facts() : await stepPlan()));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(error.message);
  process.exitCode = 2;
}
