import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { USAGES } from "../../cli/usage/commands.ts";
import type { Step } from "../../stacks/experiment.ts";
import { experiments } from "../../stacks/index.ts";
import { givenUp } from "../../stacks/objects/deployment.ts";
import { sampleConfig } from "./support/sample.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

/** What a step does by itself; other commands of a section only look. */
const STEP = /^(pulumi (up|destroy)|kubectl .* delete pods) /;

/** The commands of an experiment's section by which its steps are made. */
function commandsOf(experiment: string): string[] {
  const section = readme.split(`\n### ${experiment}\n`)[1]?.split(/\n###? /)[0] ?? "";
  const lines = [...section.matchAll(/```sh\n([^`]+)```/g)].flatMap(([, block = ""]) => block.split("\n"));
  return lines.filter((line) => STEP.test(line));
}

/** The command that a person types for a step. */
function typed(stack: string, step: Step): string[] {
  const up = (config: object) => [
    ["pulumi up --yes --stack", stack, ...Object.entries(config).map(([key, value]) => `-c ${key}=${value}`)].join(" "),
  ];
  if (step.kind === "delete-pods") {
    return [`kubectl --context "$LAB_CONTEXT" --namespace online-inference-${stack} delete pods --all`];
  }
  if (step.kind === "reset") return [`pulumi destroy --yes --stack ${stack}`, ...up(step.config)];
  return up(step.kind === "no-op" ? {} : step.config);
}

test.each(Object.entries(experiments))("the README lists the steps of %s as commands", (stack, experiment) => {
  const steps = experiment.steps(sampleConfig(stack).settings);
  expect(commandsOf(stack)).toEqual(steps.flatMap((step) => typed(stack, step)));
});

describe("the README says the same as the code", () => {
  test("of the time after which a broken release is given up", () => {
    const { settings } = sampleConfig("rolling");
    const words = givenUp(Number(settings.progressDeadlineSeconds));
    expect(readme.replaceAll(/\s+/g, " ")).toContain(words);
  });

  test("of the exit codes that all commands have", () => {
    for (const { exitCodes } of Object.values(USAGES)) {
      for (const { code } of exitCodes) expect(readme).toMatch(new RegExp(`\\b${code} `));
    }
  });

  test("of the port at which each stack is asked", () => {
    for (const [stack, { nodePort }] of Object.entries(experiments)) {
      const section = readme.split(`\n### ${stack}\n`)[1]?.split(/\n###? /)[0] ?? "";
      const asked = [...section.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
      expect(asked.filter((port) => port !== nodePort)).toEqual([]);
    }
  });
});
