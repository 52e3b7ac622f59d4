import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { realOutside } from "../../../setup/machine/outside.ts";
import { scratchFolder } from "../support/scratch.ts";

async function putCommand(folder: string, mode: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "pulumi");
  await writeFile(path, "#!/bin/sh\necho $GREETING; echo problem >&2; exit 3\n");
  await chmod(path, mode);
  return path;
}

test("a command is looked up on PATH, past what cannot run and past npm packages", async () => {
  const root = await scratchFolder();
  const folders = [join(root, "node_modules", ".bin"), join(root, "data"), join(root, "bin")];
  await putCommand(folders[0] ?? "", 0o755);
  await putCommand(folders[1] ?? "", 0o644);
  const real = await putCommand(folders[2] ?? "", 0o755);
  const outside = realOutside({ PATH: ["", ...folders].join(":") });
  expect(await outside.which("pulumi")).toBe(real);
  expect(await outside.which("absent")).toBeUndefined();
});

test("a command's end is told, whatever it is", async () => {
  const command = await putCommand(await scratchFolder(), 0o755);
  const outside = realOutside({ PATH: process.env.PATH });
  expect(await outside.run(command, [], { env: { GREETING: "hello" } })).toEqual({
    exitCode: 3,
    stdout: "hello",
    stderr: "problem",
  });
  const absent = await outside.run(`${command}-absent`, []);
  expect(absent.exitCode).toBeUndefined();
  expect(absent.stderr).toContain("ENOENT");
});

test("a command that takes too long has no exit code", async () => {
  const { exitCode } = await realOutside().run("sleep", ["30"], { timeoutMs: 50 });
  expect(exitCode).toBeUndefined();
});

test("a site that does not answer is not reachable", async () => {
  expect(await realOutside().reachable("http://127.0.0.1:9")).toBe(false);
});
