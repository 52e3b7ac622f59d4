import { basename, join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { pythonPackages } from "../python.ts";
import { startReady, useBundle } from "./support/process-harness.ts";

// In the daemon project only because it needs more than this checkout: Python, and the clients from PyPI.
const folder = join(import.meta.dirname, "clients");
const expectedAnswers = join(import.meta.dirname, "..", "..", "service", "model", "expected.json");

useBundle();

/** What a script says of a running service, by clients from PyPI that nothing adapts to it. */
async function said(script: string, requirements: string): Promise<string[]> {
  const python = join(await pythonPackages(basename(requirements, ".txt"), join(folder, requirements)), "python");
  const { url } = await startReady({});
  const arguments_ = [join(folder, script), new URL(url).port, expectedAnswers];
  const { stdout } = await execa(python, arguments_, { stdin: "ignore" });
  return stdout.match(/^equal: .+$/gm) ?? [];
}

it("gives tritonclient and kserve's client, unchanged, the numbers of /predict", async () => {
  expect(await said("same_answers.py", "clients.txt")).toEqual([
    "equal: tritonclient, default settings",
    "equal: tritonclient, gzip",
    "equal: tritonclient, deflate",
    "equal: tritonclient, JSON",
    "equal: tritonclient, 13 named tensors",
    "equal: kserve, binary True",
    "equal: kserve, binary False",
  ]);
});

it("gives MLServer's codecs, unchanged, the numbers of /predict", async () => {
  expect(await said("same_codecs.py", "codecs.txt")).toEqual([
    "equal: NumpyCodec, float32",
    "equal: NumpyCodec, float64",
    "equal: PandasCodec",
    "equal: outputs of a content type",
  ]);
});
