import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { checkBeforeStart } from "../../../cli/watch/before-start.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "online-inference-before-start-"));
  await writeFile(join(folder, "deploy"), "#!/bin/sh\n");
  await chmod(join(folder, "deploy"), 0o755);
  await writeFile(join(folder, "notes"), "");
});

const check = (asked: Parameters<typeof checkBeforeStart>[0]) =>
  checkBeforeStart(asked, ["/nowhere", folder].join(delimiter));

test("a command on PATH or at a path, and files in a folder that exists, may start", async () => {
  await check({ command: ["deploy", "now"], junit: join(folder, "new.xml"), summary: join(folder, "notes") });
  await check({ command: [join(folder, "deploy")] });
  await check({ summary: "/dev/null" });
  await check({});
});

test.each([
  [
    "a program that is not there",
    () => ({ command: ["deplyo"] as const }),
    'command: got "deplyo", which is not on PATH',
  ],
  [
    "shell syntax",
    () => ({ command: ["deploy hush && notes"] as const }),
    'command: got "deploy (left out)", which is not on PATH; allowed: a program and its arguments, run without a shell. For shell syntax: -- sh -c',
  ],
  [
    "a variable before the program",
    () => ({ command: ["TOKEN=hush", "deploy"] as const }),
    'command: got "TOKEN=(left out)", an assignment, which only a shell understands; allowed: a program and its arguments, run without a shell. ' +
      "Set a variable so: -- env NAME=VALUE kubectl …",
  ],
  ["a variable with a path", () => ({ command: ["KEY=/hush", "deploy"] as const }), 'got "KEY=(left out)"'],
  ["a file that is none", () => ({ command: [join(folder, "notes")] as const }), "which is no program that can be run"],
  ["a folder as a program", () => ({ command: [folder] as const }), "which is no program that can be run"],
  ["a report in no folder", () => ({ junit: join(folder, "none", "a.xml") }), "which cannot be written (ENOENT)"],
  ["a folder as a report", () => ({ summary: folder }), "a folder; allowed: a file"],
])("%s is refused before anything is sent", async (_, asked, message) => {
  const refused = expect(check(asked())).rejects;
  await refused.toThrow(message);
  await refused.not.toThrow(/hush/);
});
