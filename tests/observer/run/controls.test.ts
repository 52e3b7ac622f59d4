import { describe, expect, it } from "vitest";
import { withControls } from "../../../observer/run/controls.ts";

const controlsOf = (...kinds: readonly (readonly [id: string, kind: string])[]) =>
  withControls(kinds.map(([id, kind]) => ({ id, kind }))).map(
    ({ step, control }) => `${step.id}: ${control ?? "none"}`,
  );

describe("the control of a step", () => {
  it("is the last step before it that changes nothing", () => {
    expect(controlsOf(["deploy", "up"], ["again", "no-op"], ["change", "up"], ["back", "up"])).toEqual([
      "deploy: none",
      "again: none",
      "change: again",
      "back: again",
    ]);
  });

  it("is a later one where there are several, and the load before a change that others make", () => {
    expect(controlsOf(["deploy", "up"], ["again", "no-op"], ["once-more", "no-op"], ["reset", "reset"])).toContain(
      "reset: once-more",
    );
    expect(controlsOf(["before", "before"], ["change", "watched"])).toContain("change: before");
  });

  it("is none where nothing ran before", () => {
    expect(controlsOf(["again", "no-op"], ["change", "up"])).toEqual(["again: none", "change: none"]);
    expect(controlsOf(["deploy", "up"], ["change", "up"])).toEqual(["deploy: none", "change: none"]);
  });
});
