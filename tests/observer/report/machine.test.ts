import { fileURLToPath } from "node:url";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { renderReport } from "../../../observer/report/report.ts";
import { rolled } from "../support/pods.ts";
import { sceneOf } from "../support/scene.ts";
import type { Timed } from "../support/synthetic.ts";
import { machine, machines, nodes } from "../support/told.ts";

const sampled = (...extra: readonly Timed[]): Recording =>
  sceneOf({ kind: "no-failed-requests", step: "change" }, { pods: rolled(), extra });

function sectionOf(recording: Recording) {
  const { document } = parseHTML(renderReport(recording).page);
  const section = document.querySelector('section[aria-labelledby="machine"]');
  return {
    text: section?.textContent ?? "",
    rows: [...(section?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => (cell as { readonly textContent: string }).textContent),
    ),
    rects: section?.querySelectorAll("svg rect").length ?? 0,
  };
}

describe("what the machine did", () => {
  test("is told by step: means by length, medians, and what was starved", () => {
    const { rows } = sectionOf(sampled(machine(14_000, 1.8, { apiServerMs: 20 }), machine(16_000, 1)));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.slice(1)).toEqual([
      "this machine",
      "100.0 % of 2",
      "0.10",
      "0.10",
      "0.10",
      "1.40",
      "3 ms",
      "14 ms",
      "70 % of this machine's CPU was taken by others",
    ]);
  });

  test("is drawn by owner, one box for each owner of a sample", () => {
    expect(sectionOf(sampled(machine(14_000, 1.2), machine(16_000, 0))).rects).toBe(7);
  });

  test("is not told where nothing was sampled", () => {
    const { text } = sectionOf(sampled());
    expect(text).toBe("");
    expect(renderReport(sampled()).data).not.toHaveProperty("machine");
  });

  test("says where owners were not sampled, and draws nothing then", () => {
    const { text, rects } = sectionOf(sampled(...machines(undefined)));
    expect(text).toContain(
      "Whose CPU was used was not sampled: this machine does not show whose processes run on the node",
    );
    expect(text).toContain("no kubelet gave figures");
    expect(rects).toBe(0);
  });

  test("says why a kubelet was not asked again", () => {
    const refused = "nodes: whose CPU is used there is not known: it is forbidden";
    const { text } = sectionOf(
      sampled(...machines(undefined), [
        13_000,
        { type: "engine", kind: "diagnostic", severity: "warning", message: refused },
      ]),
    );
    expect(text).toContain("(whose CPU is used there is not known: it is forbidden)");
  });

  test("has a row and a drawing of the node whose kubelet was asked", () => {
    const { text, rows, rects } = sectionOf(sampled(...machines(undefined), ...nodes("one", 1.5)));
    expect(text).toContain("Whose CPU was used on this machine was not sampled");
    expect(rows.map(([, where, ...more]) => [where, more.at(-4)])).toEqual([
      ["this machine", "–"],
      ["node one", "1.50"],
    ]);
    expect(rects).toBe(6);
  });

  test("is drawn of a recording of a busy host", async () => {
    const file = fileURLToPath(new URL("../../fixtures/starved/busy-host.ndjson", import.meta.url));
    const { rows, rects } = sectionOf(await readRecording(file));
    expect(rows.some((cells) => cells.at(-1)?.includes("was taken by others"))).toBe(true);
    expect(rects).toBeGreaterThan(50);
  });
});
