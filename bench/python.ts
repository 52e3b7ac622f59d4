import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";

/** A Python interpreter, and how fast it is. */
export interface Python {
  readonly path: string;
  readonly version: string;
  /** The least CPU time of python-loop.py in milliseconds. */
  readonly loopMs: number;
}

/** The interpreter that the peers run on, and others of this machine to compare its speed with. */
export interface Pythons {
  readonly used: Python;
  readonly others: readonly Python[];
}

const DEBIAN = "/usr/bin/python3";

// How fast an interpreter is cannot be told from sysconfig: builds of one version differ by half. So it is measured.
const LOOP = join(import.meta.dirname, "python-loop.py");

/** What the choice depends on, injected so that tests need no interpreter. */
export interface Machine {
  /** The variable PYTHON. */
  readonly named?: string | undefined;
  /** Whether /usr/bin/python3 belongs to a package of the system. */
  readonly hasDebians: boolean;
}

/**
 * Which interpreter the peers run on: Debian's, because most images have one as fast; else the one that PYTHON names.
 * @throws {UserError} if there is neither.
 */
export function choosePython({ named, hasDebians }: Machine): string {
  if (hasDebians) return DEBIAN;
  if (named) return named;
  throw new UserError(
    `${DEBIAN} is not a package's, and PYTHON is not set. Set PYTHON to the interpreter on which the Python peers shall run.`,
  );
}

/** Chooses the peers' interpreter, and measures it and the others that this machine names. */
export async function findPythons(): Promise<Pythons> {
  const named = process.env.PYTHON || undefined;
  const path = choosePython({ named, hasDebians: await isPackaged(DEBIAN) });
  const { stdout: onPath } = await execa("python3", ["-c", "import sys; print(sys.executable)"], { reject: false });
  const others = new Map<string, string>();
  for (const other of [named, onPath?.trim()]) {
    const real = other && (await realPathOf(other));
    if (real && real !== (await realPathOf(path))) others.set(real, other);
  }
  const measured: Python[] = [];
  for (const other of others.values()) measured.push(...(await measurePython(other)));
  const [used] = await measurePython(path);
  if (!used) throw new UserError(`${path} gives no version. Set PYTHON to a Python of 3.11 or newer.`);
  return { used, others: measured };
}

/** Measures an interpreter; the list is empty if it is none. */
async function measurePython(path: string): Promise<Python[]> {
  const { stdout = "" } = await execa(path, ["-I", LOOP], { reject: false });
  const [version = "", ms] = stdout.split(" ");
  return version ? [{ path, version, loopMs: Number(ms) }] : [];
}

/** Interpreters as facts of the report, the one that was used first. */
export function pythonFacts({ used, others }: Pythons): Record<string, string> {
  const text = ({ path, version, loopMs }: Python) => `${version}, ${path}, fixed loop ${loopMs.toFixed(0)} ms`;
  return {
    "Python of the peers": text(used),
    ...Object.fromEntries(
      others.map((other) => [
        `Python not used (its loop takes ${(other.loopMs / used.loopMs).toFixed(2)}x the time)`,
        text(other),
      ]),
    ),
  };
}

async function isPackaged(path: string): Promise<boolean> {
  const real = await realPathOf(path);
  if (!real) return false;
  return (await execa("dpkg", ["-S", real], { reject: false })).exitCode === 0;
}

async function realPathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
