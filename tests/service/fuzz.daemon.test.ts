import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { predict, startReady, useBundle } from "./process-harness.ts";

// In the daemon project only because it needs more than this checkout: Python, and schemathesis from PyPI.
const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");
const MAX_EXAMPLES = 60;

useBundle();
let bin: string;

beforeAll(async () => {
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const venv = join(cache, "online-inference", `fuzz-${key}`);
  bin = join(venv, "bin");
  // Written last: a folder without it was left half-made.
  const complete = join(venv, "complete");
  if (existsSync(complete)) return;
  await rm(venv, { recursive: true, force: true });
  await run("python3", ["-m", "venv", venv]);
  await run(join(bin, "pip"), ["install", "--quiet", "--require-hashes", "-r", REQUIREMENTS]);
  await writeFile(complete, "");
});

it("answers whatever schemathesis makes of the OpenAPI document as it is documented, never by 5xx", async () => {
  const { url } = await startReady({ LOG_LEVEL: "info" });
  const cwd = await mkdtemp(join(tmpdir(), "fuzz-"));
  try {
    const arguments_ = [
      ...["run", `${url}/docs/json`, "--no-color", "--generation-deterministic"],
      ...["--max-examples", String(MAX_EXAMPLES)],
      // A schema cannot say that a tensor's data must fit its shape, so what it allows may be refused.
      ...["--exclude-checks", "positive_data_acceptance"],
    ];
    const { stdout } = await run(join(bin, "schemathesis"), arguments_, { cwd, maxBuffer: 2 ** 26 }).catch((error) => {
      throw new Error(error.stdout || error.message);
    });
    expect(stdout).toMatch(/Tested: 15/);
    expect((await predict(url)).status).toBe(200);
  } finally {
    await rm(cwd, { recursive: true });
  }
});
