import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { pythonPackages } from "../../python.ts";
import { predict, startReady, useBundle } from "../support/process-harness.ts";

// In the daemon project only because it needs more than this checkout: Python, and schemathesis from PyPI.
const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");
const MAX_EXAMPLES = 60;

useBundle();
let bin: string;

beforeAll(async () => {
  bin = await pythonPackages("fuzz", REQUIREMENTS);
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
