import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { safeProgram } from "../../observer/request/redaction.ts";
import type { WatchRequest } from "./watch-request.ts";

/**
 * Refuses what a watch would find out only after the step before the change, or at its very end: a command that is no program, a
 * file that cannot be written.
 * @throws {UserError} for the first of them.
 */
export async function checkBeforeStart(
  { command, junit, summary }: Pick<WatchRequest, "command" | "junit" | "summary">,
  path: string | undefined,
): Promise<void> {
  if (command) await requireProgram(command[0], path);
  for (const [flag, file] of Object.entries({ junit, summary })) {
    if (file !== undefined) await requireWritable(`--${flag}`, file);
  }
}

/** A name is looked for on PATH, as for any command that is run without a shell; with a slash it is a path. */
async function requireProgram(program: string, path = ""): Promise<void> {
  const candidates = program.includes("/")
    ? [resolve(program)]
    : path.split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) if (await isProgram(candidate)) return;
  const isAssignment = /^[A-Za-z_]\w*=/.test(program);
  const lacks = isAssignment
    ? "an assignment, which only a shell understands"
    : `which is ${program.includes("/") ? "no program that can be run" : "not on PATH"}`;
  const next = isAssignment ? "Set a variable so: -- env NAME=VALUE kubectl …" : "For shell syntax: -- sh -c '…'";
  throw new UserError(
    `command: got ${JSON.stringify(safeProgram(program))}, ${lacks}; ` +
      `allowed: a program and its arguments, run without a shell. ${next}`,
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function requireWritable(flag: string, file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw new UserError(`${flag}: got ${JSON.stringify(file)}, a folder; allowed: a file`);
    await access(there ? file : dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const { code = "an error" } = cause as NodeJS.ErrnoException;
    throw new UserError(
      `${flag}: got ${JSON.stringify(file)}, which cannot be written (${code}); allowed: a path in a folder that exists`,
      { cause },
    );
  }
}
