import { RunError, runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import program from "../index.ts";

test("a user's mistake is one line to the engine, without a stack trace", async () => {
  await runtime.setMocks(
    { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
    "online-inference",
    "pod",
    false,
    "organization",
  );
  runtime.setAllConfig({ "online-inference:experiment": "bluegreen" });
  const mistake = await program().catch((error: unknown) => error);
  expect(RunError.isInstance(mistake)).toBe(true);
  expect((mistake as Error).message).toMatch(/^config experiment: got "bluegreen", allowed: /);
});
