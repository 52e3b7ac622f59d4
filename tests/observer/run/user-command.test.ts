import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { command } from "../../../observer/run/user-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "online-inference-command-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const node = (script: string, ...args: string[]) =>
  command([process.execPath, "-e", script, ...args], { ONLY: "this" });

test("a command runs without a shell, in the given environment and no other", async () => {
  const file = join(folder, "told");
  const script = `require("fs").writeFileSync(process.argv[1], JSON.stringify([process.argv[2], process.env]))`;
  expect(await node(script, file, "$HOME; echo x").run()).toEqual({ exitCode: 0 });
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(["$HOME; echo x", { ONLY: "this" }]);
});

test("its end is an exit code, a signal, or that there is no such program", async () => {
  expect(await node("process.exit(3)").run()).toEqual({ exitCode: 3 });
  expect(await node("process.kill(process.pid, 'SIGKILL')").run()).toEqual({ why: "it was ended by SIGKILL" });
  expect(await command(["/no/such/program"], {}).run()).toEqual({ why: "there is no such program" });
});

test("it gets a signal while it runs, and none before or after", async () => {
  const script = "process.on('SIGINT', () => process.exit(5)); setInterval(() => {}, 1000); console.error('');";
  const running = node(script);
  running.kill("SIGINT");
  const ended = running.run();
  // The handler needs a moment to be there.
  await new Promise((resolve) => setTimeout(resolve, 500));
  running.kill("SIGINT");
  expect(await ended).toEqual({ exitCode: 5 });
  running.kill("SIGINT");
});
