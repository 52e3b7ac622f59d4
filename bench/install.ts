import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import { PEERS_DIR } from "./peers.ts";
import type { Python } from "./python.ts";

const PACKAGES = {
  wrk: "wrk",
  h2load: "nghttp2-client",
  taskset: "util-linux",
  strip: "binutils",
};

/**
 * Makes sure that the load generators and the other commands are installed.
 * @throws {UserError} naming the Debian packages that are missing.
 */
export async function requireCommands(): Promise<void> {
  const found = await Promise.all(
    Object.keys(PACKAGES).map(async (name) => (await execa("which", [name], { reject: false })).exitCode === 0),
  );
  const missing = Object.values(PACKAGES).filter((_, index) => !found[index]);
  if (missing.length > 0) {
    throw new UserError(`missing: ${missing.join(", ")}. As root: apt-get install -y ${missing.join(" ")}`);
  }
}

/**
 * Makes the virtual environment of a peer from its pinned requirements, unless it exists already for the same interpreter.
 * @throws {Error} with the end of pip's output.
 */
export async function installPeer(name: string, home: string, modelDir: string, python: Python): Promise<void> {
  const requirements = join(PEERS_DIR, name, "requirements.txt");
  const version = createHash("sha256")
    .update(await readFile(requirements))
    .update(`${python.path} ${python.version}`)
    .digest("hex");
  const stamp = join(home, "installed");
  const venv = join(home, "venv");
  if (!existsSync(stamp) || (await readFile(stamp, "utf8")) !== version) {
    await rm(venv, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    // A copy of the interpreter, so that no other process shares its pages when memory is measured.
    await run(python.path, ["-m", "venv", "--copies", venv]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(join(venv, "bin", "python"), pip);
    await writeFile(stamp, version);
  }
  const train = join(PEERS_DIR, name, "train.py");
  if (existsSync(train)) await run(join(venv, "bin", "python"), [train, modelDir, join(home, "pipeline.joblib")]);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, all } = await execa(command, args, { all: true, reject: false });
  if (exitCode !== 0) throw new Error((all ?? "").trim().split("\n").slice(-2).join(" ") || `${command} failed`);
}
