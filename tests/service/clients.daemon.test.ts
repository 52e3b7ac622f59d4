import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";
import { pythonPackages } from "../python.ts";
import { startReady, useBundle } from "./support/process-harness.ts";

// In the daemon project only because it needs more than this checkout: Python, and the clients from PyPI.
const folder = join(import.meta.dirname, "clients");
const expectedAnswers = join(import.meta.dirname, "..", "..", "service", "model", "expected.json");

useBundle();
let python: string;

beforeAll(async () => {
  python = join(await pythonPackages("clients", join(folder, "requirements.txt")), "python");
});

it("gives tritonclient and kserve's client, unchanged, the numbers of /predict", async () => {
  const { url } = await startReady({});
  const { port } = new URL(url);
  const { stdout } = await execa(python, [join(folder, "same_answers.py"), port, expectedAnswers], { stdin: "ignore" });
  expect(stdout.match(/^equal: .+$/gm)).toEqual([
    "equal: tritonclient, default settings",
    "equal: tritonclient, JSON",
    "equal: tritonclient, 13 named tensors",
    "equal: kserve, binary True",
    "equal: kserve, binary False",
  ]);
});
