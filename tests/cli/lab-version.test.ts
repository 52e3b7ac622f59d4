import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeEach, expect, test } from "vitest";
import { labVersion } from "../../cli/lab-version.ts";
import { realOutside } from "../../setup/machine/outside.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

const outside = realOutside();
let project: string;

const git = (...args: readonly string[]) =>
  execa("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], { cwd: project });
const write = (name: string, text: string) => writeFile(join(project, name), text);

beforeEach(async () => {
  project = await scratchFolder();
  await write("package.json", '{ "version": "1.2.3" }');
});

test("is that of the package where git knows nothing", async () => {
  expect(await labVersion(outside, project)).toBe("1.2.3");
});

test("names the commit, and says whether committed files differ from it, config that Pulumi saved left aside", async () => {
  await git("init", "--quiet");
  await write("Pulumi.pod.yaml", "");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "First");
  const { stdout: commit } = await git("rev-parse", "--short=12", "HEAD");

  await write("notes.txt", "not committed");
  await write("Pulumi.pod.yaml", "config: {}");
  expect(await labVersion(outside, project)).toBe(`1.2.3+${commit}`);

  await write("package.json", '{ "version": "1.2.4" }');
  expect(await labVersion(outside, project)).toBe(`1.2.4+${commit}.dirty`);
});

test("is that of the package in a folder of another repository", async () => {
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "First");
  const inner = join(project, "inner");
  await mkdir(inner);
  await writeFile(join(inner, "package.json"), '{ "version": "0.3.0" }');
  expect(await labVersion(outside, inner)).toBe("0.3.0");
});
