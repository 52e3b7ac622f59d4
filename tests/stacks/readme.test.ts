import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Step } from "../../stacks/experiment.ts";
import { experiments } from "../../stacks/index.ts";
import { sampleConfig } from "./support/sample.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

/** The commands of an experiment's section, without their comments. */
function commandsOf(experiment: string): string[] {
  const section = readme.split(`\n### ${experiment}\n`)[1]?.split(/\n###? /)[0] ?? "";
  const block = /```sh\n([^`]+)```/.exec(section)?.[1] ?? "";
  return block
    .split("\n")
    .map((line) => line.split("#")[0]?.trim() ?? "")
    .filter((line) => line !== "");
}

/** The command that a person types for a step. */
function typed(stack: string, step: Step): string[] {
  const up = (config: object) => [
    ["pulumi up --stack", stack, ...Object.entries(config).map(([key, value]) => `-c ${key}=${value}`)].join(" "),
  ];
  if (step.kind === "delete-pods") {
    return [`kubectl --context minikube --namespace online-inference-${stack} delete pods --all`];
  }
  if (step.kind === "reset") return [`pulumi destroy --stack ${stack}`, ...up(step.config)];
  return up(step.kind === "no-op" ? {} : step.config);
}

test.each(Object.entries(experiments))("the README lists the steps of %s as commands", (stack, experiment) => {
  const steps = experiment.steps(sampleConfig(stack).settings);
  expect(commandsOf(stack)).toEqual(steps.flatMap((step) => typed(stack, step)));
});
