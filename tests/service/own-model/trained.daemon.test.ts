import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { readCard } from "../../../service/src/card.ts";
import { loadModel, selfCheck } from "../../../service/src/model.ts";
import { pythonPackages } from "../../python.ts";

// In the daemon project only because it needs more than this checkout: Python, and scikit-learn from PyPI.
const root = join(import.meta.dirname, "..", "..", "..");

it("trains both models anew, which answer as scikit-learn does now, and whose cards are those of the checkout", async () => {
  const requirements = join(root, "service", "model", "requirements.txt");
  const python = join(await pythonPackages("training", requirements), "python");
  const folder = await mkdtemp(join(tmpdir(), "trained-"));
  try {
    await execa(python, [join(root, "examples", "own-model", "train.py"), folder], { stdin: "ignore" });
    for (const name of ["breast-cancer", "wine"]) {
      const card = readCard(join(folder, name, "card.json"));
      const committed = readCard(join(root, "examples", "own-model", name, "card.json"));
      expect(card.features).toEqual(committed.features);
      expect(card.classes).toEqual(committed.classes);
      const model = await loadModel(join(folder, name, "model.onnx"), card);
      expect(selfCheck(model, card)).toBeUndefined();
      const theirs = JSON.parse(await readFile(join(folder, name, "expected.json"), "utf8"));
      const { labels, probabilities } = model.run(Float32Array.from(theirs.rows.flat()), theirs.rows.length);
      expect([...labels].map(Number)).toEqual(theirs.prediction);
      const wanted = theirs.probabilities.flatMap((row: number[]) => (row.length === 2 ? row.slice(1) : row));
      expect(probabilities).toHaveLength(wanted.length);
      for (const [at, value] of probabilities.entries()) expect(Math.abs(value - wanted[at])).toBeLessThan(1e-6);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
