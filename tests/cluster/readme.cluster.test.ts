import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubectl, lab, project } from "./support/lab.ts";
import { PastedShell } from "./support/pasted-shell.ts";
import type { Pod } from "./support/scratch-stack.ts";

// A reader who pastes the README's blocks as they stand, into one terminal. `-c` saves into the checkout: the last test mends that.
const readme = await readFile(join(project, "README.md"), "utf8");
const stackFile = join(project, "Pulumi.pod.yaml");

const blocksOf = (heading: string) => {
  const section = readme.split(`\n${heading}\n`)[1]?.split(/\n###? /)[0] ?? "";
  return [...section.matchAll(/```sh\n([^`]+)```/g)].map(([, block = ""]) => block);
};

let committed: string;
let terminal: PastedShell;

beforeAll(async () => {
  committed = await readFile(stackFile, "utf8");
  terminal = await PastedShell.open();
});

afterAll(async () => {
  await terminal.close();
  await lab("down", "pod", "--reset");
});

const releases = async () => {
  const { items } = await kubectl<{ items: Pod[] }>("--namespace", "online-inference-pod", "get", "pods");
  return items.map(({ metadata }) => metadata.labels["app.kubernetes.io/version"]);
};

test("the block that is said once per shell makes plain Pulumi work", async () => {
  const [env = ""] = blocksOf("## Going on by hand");
  expect(env).toContain("bin/lab env");
  await terminal.paste(env);
  expect(await terminal.lastCode()).toBe(0);
});

test("every block of the experiment pod is run to its end, and asks nothing", async () => {
  const blocks = blocksOf("### pod");
  expect(blocks).toHaveLength(3);
  for (const [index, block] of blocks.entries()) {
    const shown = await terminal.paste(block);
    expect(await terminal.lastCode(), shown).toBe(0);
    expect(shown).toContain("Rollout");
    expect(shown).toMatch(/url *: "http:\/\/.*\/predict"/);
    expect(await releases()).toEqual([index < 2 ? "v1" : "v2"]);
  }
});

test("every block of going on by hand does what stands behind it", async () => {
  const [, preview = "", up = "", destroy = "", ...more] = blocksOf("## Going on by hand");
  expect(more).toEqual([]);
  expect(await terminal.paste(preview)).toContain("Rollout: no pod changes.");
  expect(await terminal.lastCode()).toBe(0);
  const shown = await terminal.paste(up);
  expect(await terminal.lastCode(), shown).toBe(0);
  expect(await releases()).toEqual(["v2"]);
  const ended = await terminal.paste(destroy);
  expect(await terminal.lastCode(), ended).toBe(0);
  expect(await releases()).toEqual([]);
});

test("an up says what -c has saved, and bin/lab down --reset takes it out", async () => {
  const shown = await terminal.paste("pulumi preview --stack pod\n");
  expect(shown).toContain("Pulumi.pod.yaml holds release=v2");
  expect(shown).toContain("The way back: bin/lab down pod --reset");
  const { exitCode, all } = await lab("down", "pod", "--reset");
  expect(exitCode, all).toBe(0);
  expect(await readFile(stackFile, "utf8")).toBe(committed);
});
