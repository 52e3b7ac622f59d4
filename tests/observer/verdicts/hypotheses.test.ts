import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { KIND_NAMES, type KindName, stepsNamedBy } from "../../../observer/verdicts/hypotheses/index.ts";
import { OUTCOME_WORDS } from "../../../observer/verdicts/outcome.ts";
import type { Case } from "../support/case.ts";
import { verdictsOf } from "../support/facts-of.ts";

const casesOf = async (kind: KindName): Promise<readonly Case[]> =>
  (await import(`./hypotheses/${kind}.cases.ts`)).cases;

const kinds = await Promise.all(KIND_NAMES.map(async (kind) => ({ kind, cases: await casesOf(kind) })));

describe.each(kinds)("$kind", ({ kind, cases }) => {
  it.each(cases)("$name: $outcome", ({ recording, outcome, says }) => {
    const [verdict] = verdictsOf(recording);
    expect(verdict, verdict?.sentence).toMatchObject({ hypothesis: "h0", claim: "It is so.", outcome });
    expect(verdict?.sentence).toMatch(/^[\dA-Z].*\.$/);
    if (says) expect(verdict?.sentence).toContain(says);
    // The plural of a single thing.
    expect(verdict?.sentence).not.toMatch(
      /\ball 1(?![\d,])|(?<![\d.,])1 (were|(old |new |deleted |CPU )?[a-z]+s (are|were)\b)/,
    );
    const ids = new Set(recording.events.map(({ id }) => id));
    expect(verdict?.evidence.every((id) => ids.has(id))).toBe(true);
    if (outcome !== "inconclusive") expect(verdict?.evidence).not.toEqual([]);
  });

  it.each(OUTCOME_WORDS)("has a case that is %s", (word) => {
    expect(cases.filter(({ outcome }) => outcome === word)).not.toEqual([]);
  });

  it("has no case of another kind", () => {
    expect(cases.filter(({ claim }) => claim.kind !== kind)).toEqual([]);
  });
});

test("a hypothesis names the steps that its kind's parameters declare, and no other text", () => {
  const named = { id: "h0", claim: "It is so." };
  expect(stepsNamedBy({ ...named, kind: "image-not-pulled" })).toEqual([]);
  const share = { kind: "traffic-share", step: "change", release: "v2", share: 0.3, tolerance: 0.1 } as const;
  expect(stepsNamedBy({ ...named, ...share })).toEqual(["change"]);
  const latency = { kind: "latency-rises", step: "burn", comparedTo: "again", factor: 2 } as const;
  expect(stepsNamedBy({ ...named, ...latency })).toEqual(["burn", "again"]);
});

const filesIn = (folder: string) => readdir(fileURLToPath(new URL(folder, import.meta.url)));

test("every kind has a file of its name, and every file of a kind is in the registry", async () => {
  const files = await filesIn("../../../observer/verdicts/hypotheses");
  expect(files.toSorted()).toEqual([...KIND_NAMES, "index"].map((name) => `${name}.ts`).toSorted());
});

test("every file of cases is of a kind", async () => {
  expect((await filesIn("hypotheses")).toSorted()).toEqual(KIND_NAMES.map((name) => `${name}.cases.ts`).toSorted());
});
