import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { findForbidden, readerTexts, textsOfCode, textsOfDocument } from "./support/reader-text.ts";
import { ALLOWED, FORBIDDEN } from "./support/words.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const tracked = (await execa("git", ["ls-files"], { cwd: project })).stdout.split("\n");
const texts = await readerTexts(project, tracked);
const found = findForbidden(texts, FORBIDDEN);

test("readers meet one word for one thing", () => {
  expect(found.filter((one) => !ALLOWED.includes(one.found))).toEqual([]);
});

test("the list of words that may stay has no entry too many", () => {
  const all = found.map((one) => one.found);
  expect(ALLOWED.filter((entry) => !all.includes(entry))).toEqual([]);
});

test("the scan reads documents, messages, help and report of every room", () => {
  const has = (path: string, text: RegExp) => texts.some((one) => one.path === path && text.test(one.text));
  expect(has("README.md", /laboratory/)).toBe(true);
  expect(has("plan/README.md", /\S/)).toBe(true);
  expect(has("plan/capacity.ts", /the rollout does not fit the .*allowed|does not fit/)).toBe(true);
  expect(has("plan/text.ts", /no pod is ready/)).toBe(true);
  const rooms = new Set(texts.map(({ path }) => path.split("/")[0]));
  for (const room of ["cli", "observer", "plan", "stacks", "setup", "policy", "service", "bench", "docs"]) {
    expect(rooms).toContain(room);
  }
});

describe("a planted synonym is found", () => {
  const words = (list: readonly { readonly found: string; readonly line: number; readonly say: string }[]) =>
    list.map(({ found: word, line, say }) => [word, line, say]);

  test("in a document, but not in code there", () => {
    const markdown = ["# lab", "", "Each scenario is `a scenario`.", "```", "the scenario", "```", "Was it confirmed?"];
    const forbidden = findForbidden(textsOfDocument("docs/planted.md", markdown.join("\n")), FORBIDDEN);
    expect(words(forbidden)).toEqual([
      ["docs/planted.md: scenario", 3, "experiment"],
      ["docs/planted.md: confirmed", 7, "held"],
    ]);
  });

  test.each([
    ["in a message", 'throw new UserError("no such scenario: " + name);'],
    ["in a template", "throw new UserError(`no such scenario: $" + "{name}`);"],
    ["across lines that are joined", 'print(`no such ` +\n  "scenario, allowed: " + names);'],
    ["within a value of a template", "print(`$" + '{known ? "" : "no such scenario"}`);'],
  ])("%s", (_, source) => {
    expect(words(findForbidden(textsOfCode("planted.ts", source), FORBIDDEN))).toEqual([
      ["planted.ts: scenario", 1, "experiment"],
    ]);
  });

  test("but neither in names and comments nor in the text of keys", () => {
    const source = '// A scenario of old.\nconst scenario = { id: "scenario", "scenario-id": 1 };';
    expect(findForbidden(textsOfCode("planted.ts", source), FORBIDDEN)).toEqual([]);
  });

  test.each(FORBIDDEN)("$word, which is said as $say", ({ word, say }) => {
    expect(FORBIDDEN.some((other) => other.word.test(say))).toBe(false);
    expect(word.flags).toBe("i");
  });
});
