import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { USAGES } from "../../cli/usage/commands.ts";
import type { Usage } from "../../cli/usage/usage.ts";
import { PLAYGROUND_NODE_PORT } from "../../common/lab-node-ports.ts";
import { oldest } from "../../setup/tools/pins.ts";
import type { Step } from "../../stacks/experiment.ts";
import { experiments } from "../../stacks/index.ts";
import { givenUp } from "../../stacks/objects/deployment.ts";
import { sampleConfig } from "./support/sample.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
/** The README without its line breaks. */
const prose = readme.replaceAll(/\s+/g, " ");

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

/** The names in backquotes, in their order. */
const namesIn = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);

test.each(Object.entries(experiments))("the README lists the steps of %s as commands", (stack, experiment) => {
  const steps = experiment.steps(sampleConfig(stack).settings);
  expect(commandsOf(stack)).toEqual(steps.flatMap((step) => typed(stack, step)));
});

describe("the README says the same as the code", () => {
  test("of the time after which a broken release is given up", () => {
    const { settings } = sampleConfig("rolling");
    const words = givenUp(Number(settings.progressDeadlineSeconds));
    expect(prose).toContain(words);
  });

  test("of exit codes: which all commands have, and which commands have 1 and 64", () => {
    const [, common = ""] = /Exit codes: (0 done, .*?)\. /.exec(prose) ?? [];
    const ofAll = [...common.matchAll(/(?:^|, )(\d+) /g)].map(([, code]) => Number(code));
    expect(ofAll).toEqual([0, 2, 130]);
    const usages = Object.values(USAGES);
    const having = (code: number) =>
      usages.filter(({ exitCodes }) => exitCodes.some((one) => one.code === code)).map(({ name }) => name);
    for (const code of ofAll) expect(having(code)).toEqual(usages.map(({ name }) => name));
    const [, first = ""] = /((?:`\w+`(?:, | and )?)+) have 1 as well:/.exec(prose) ?? [];
    expect(namesIn(first)).toEqual(having(1));
    const [, command = ""] = /(`\w+`) has 64 where/.exec(prose) ?? [];
    expect(namesIn(command)).toEqual(having(64));
    const others = usages.flatMap(({ exitCodes }) => exitCodes.map(({ code }) => code));
    expect(new Set(others)).toEqual(new Set([...ofAll, 1, 64]));
  });

  test("of which commands end with 2 where a verdict is inconclusive", () => {
    const isSo = ({ exitCodes }: Usage) =>
      exitCodes.some(({ code, what }) => code === 2 && what.includes("inconclusive"));
    const named = Object.values<Usage>(USAGES).filter(isSo);
    const [, told = ""] = /Of ((?:`\w+`(?:, | and )?)+), 2 also means/.exec(prose) ?? [];
    expect(namesIn(told)).toEqual(named.map(({ name }) => name));
  });

  test("of the oldest versions of installed tools that are used", async () => {
    const titles: Readonly<Record<keyof typeof oldest, string>> = {
      go: "Go",
      pulumi: "Pulumi",
      minikube: "minikube",
      kubectl: "kubectl",
      helm: "helm",
      kubernetes: "Kubernetes older than",
    };
    for (const [name, version] of Object.entries(oldest)) {
      expect(prose).toContain(`${titles[name as keyof typeof oldest]} ${version}`);
    }
    const script = await readFile(new URL("../../bin/lab", import.meta.url), "utf8");
    const [, only, from] = /"\$major" -eq (\d+) \] \|\| \[ "\$major" -ge (\d+) \]/.exec(script) ?? [];
    expect(prose).toContain(`Node.js ${only}, or ${from} and newer`);
  });

  test("of the port at which each stack is asked", () => {
    for (const [stack, { nodePort }] of Object.entries(experiments)) {
      const section = readme.split(`\n### ${stack}\n`)[1]?.split(/\n###? /)[0] ?? "";
      const asked = [...section.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
      expect(asked.filter((port) => port !== nodePort)).toEqual([]);
    }
    const rows = [...readme.matchAll(/^\| `([\w-]+)` \|.*\| (\d+) \|$/gm)].map(([, stack, port]) => [
      stack,
      Number(port),
    ]);
    const ports = Object.entries(experiments).map(([stack, { nodePort }]) => [stack, nodePort]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries([...ports, ["dev", PLAYGROUND_NODE_PORT]]));
  });
});
