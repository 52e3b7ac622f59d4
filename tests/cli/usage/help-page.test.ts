import { beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "../../../cli/run-command.ts";
import { USAGES } from "../../../cli/usage/commands.ts";
import { commandList, PAGE_WIDTH } from "../../../cli/usage/help-page.ts";
import { withShortDigest } from "../../../cli/usage/setting-terms.ts";
import { flagsOf } from "../../../cli/usage/usage.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";
import { experiments } from "../../../stacks/index.ts";
import { allowedValues } from "../../../stacks/settings/parse.ts";

const usages = Object.values(USAGES);
const log = vi.spyOn(console, "log").mockImplementation(() => {});
beforeEach(() => log.mockClear());

/** What a command line prints. */
async function printed(...args: string[]): Promise<string> {
  expect(await runCommand(args, resolvePaths())).toBe(0);
  return log.mock.calls.map(([text]) => String(text)).join("\n");
}

/** A page without its line breaks, so that a sentence is found wherever it is wrapped. */
const flat = (page: string): string => page.replaceAll(/\s+/g, " ");

const fits = (page: string): boolean => page.split("\n").every((line) => line.length <= PAGE_WIDTH);

describe("the list of commands", () => {
  test.each([[], ["help"], ["--help"], ["-h"]])("is printed by %j", async (...args) => {
    const list = await printed(...args.filter((arg) => arg !== undefined));
    expect(list).toBe(commandList(usages));
    for (const { name, summary } of usages) expect(flat(list)).toContain(`bin/lab ${name} ${summary}`);
    expect(fits(list)).toBe(true);
  });
});

describe.each(usages)("bin/lab $name --help", (usage) => {
  test("says usage, arguments, flags with defaults, two examples and exit codes, in 80 columns", async () => {
    const page = await printed(usage.name, "--help");
    expect(fits(page)).toBe(true);
    expect(page.split("\n")[0]).toBe(`Usage: bin/lab ${usage.name} ${usage.synopsis}`.trimEnd());
    const text = flat(page);
    for (const { term } of usage.arguments) expect(page).toMatch(new RegExp(`^ {2}${term} `, "m"));
    for (const [name, { description = "", default: standard, type }] of flagsOf(usage)) {
      expect(page).toMatch(new RegExp(`^ {2}(-\\w, )?--${name}\\b`, "m"));
      expect(text).toContain(description);
      if (type !== "boolean" && standard !== undefined) expect(text).toContain(`default: ${standard})`);
    }
    expect(usage.examples).toHaveLength(2);
    for (const { term, what } of usage.examples) expect(page).toContain(`  ${term}\n      ${what}`);
    for (const { code, what } of usage.exitCodes) expect(text).toContain(` ${code} ${what}`);
  });

  test("is printed by -h, and by bin/lab help, as well", async () => {
    const page = await printed(usage.name, "--help");
    for (const args of [
      [usage.name, "-h"],
      ["help", usage.name],
      ["--help", usage.name],
    ]) {
      log.mockClear();
      expect(await printed(...args)).toBe(page);
    }
  });
});

describe.each(["up", "observe", "compare"])("bin/lab %s EXPERIMENT --help", (command) => {
  test.each(Object.entries(experiments))("lists the settings of %s from their schemas", async (stack, { settings }) => {
    const page = await printed(command, stack, "--help");
    expect(fits(page)).toBe(true);
    const text = flat(page);
    for (const [key, schema] of Object.entries(settings.properties)) {
      const { description, default: standard } = schema as { description?: string; default?: unknown };
      expect(text).toContain(
        `--${key} ${description} (${allowedValues(schema)}; default: ${withShortDigest(standard)}).`,
      );
    }
    for (const key of ["release", "nodePort", "namespace", "experiment"]) expect(page).toContain(`  --${key} `);
  });
});

test("the playground's settings are those of the experiment that is chosen for it", async () => {
  expect(await printed("up", "dev", "--help")).toContain("Settings of pod:");
  expect(await printed("up", "dev", "-c", "experiment=canary", "--help")).toContain("Settings of canary:");
});

test.each([
  [["up", "rollin", "--help"], /^experiment: got "rollin".* Did you mean rolling\?/],
  [["help", "obsreve"], /^command: got "obsreve".* Did you mean observe\?/],
  [["obsreve", "--help"], /^command: got "obsreve".* Did you mean observe\?/],
])("%j is refused", async (args, message) => {
  await expect(runCommand(args, resolvePaths())).rejects.toThrow(message);
  expect(log).not.toHaveBeenCalled();
});

test("a digest in a default is cut, and nothing else", () => {
  const digest = `d6aa754f16b3${"0".repeat(52)}`;
  expect(withShortDigest(`node:24@sha256:${digest}`)).toBe("node:24@sha256:d6aa754f16b3…");
  expect(withShortDigest("node:24")).toBe("node:24");
  expect(withShortDigest(30050)).toBe("30050");
});
