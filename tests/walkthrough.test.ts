import { cp, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { manifestPath } from "../cli/commands/manifests.ts";
import { readRecording } from "../observer/recording/reader.ts";
import { renderReport } from "../observer/report/report.ts";
import { experimentNames } from "../stacks/index.ts";
import { scratchFolder } from "./setup/support/scratch.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const BLOCK = /```sh\n(.+)\n```\n\n```\n([^`]*?)```/g;

/**
 * What a command of the page prints. `manifests` needs docker, so of it the test knows the names of files; `report` writes beside the
 * recording, so it gets a copy.
 */
async function outputOf(command: string): Promise<string> {
  const [program, name = "", ...args] = command.split(" ");
  expect(program).toBe("bin/lab");
  if (name === "manifests") {
    const stacks = experimentNames().filter((stack) => stack !== "helm");
    return stacks.map((stack) => manifestPath(args[1] ?? "", stack)).join("\n");
  }
  if (name === "report") {
    const [recording = ""] = args;
    const copy = await scratchFolder();
    await cp(join(project, recording), copy, { recursive: true });
    const { stdout } = await execa(process.execPath, ["cli/lab.ts", name, copy], { cwd: project, reject: false });
    return stdout.replaceAll(relative(project, copy), recording).trim();
  }
  const { stdout } = await execa(process.execPath, ["cli/lab.ts", name, ...args], { cwd: project, reject: false });
  return stdout;
}

test("the walkthrough shows what its commands print", async () => {
  const page = await readFile(new URL("../docs/walkthrough.md", import.meta.url), "utf8");
  const commands = [...page.matchAll(BLOCK)].map(([, command = ""]) => command);
  expect(commands.length).toBeGreaterThan(6);
  const outputs = new Map<string, string>();
  for (const command of commands) outputs.set(command, await outputOf(command));
  const fresh = page.replaceAll(
    BLOCK,
    (_, command) => `\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`\n${outputs.get(command)}\n\`\`\``,
  );
  await expect(fresh).toMatchFileSnapshot("../docs/walkthrough.md");
});

test.each(["blue-green", "rolling-update"])("the walkthrough's picture is that of its recording: %s", async (name) => {
  const { timeline } = renderReport(await readRecording(join(project, "tests/fixtures/homework-watched", name)));
  await expect(timeline).toMatchFileSnapshot(`../docs/walkthrough-${name}.svg`);
});
