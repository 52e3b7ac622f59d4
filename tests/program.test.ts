import { pathToFileURL } from "node:url";
import { RunError, runtime } from "@pulumi/pulumi";
import { beforeEach, expect, test, vi } from "vitest";
import { reserveStacks } from "../cli/reserve.ts";
import { runProgram } from "../stacks/program/run-program.ts";
import { scratchFolder } from "./setup/support/scratch.ts";

let state: string;

beforeEach(async () => {
  state = await scratchFolder();
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  await runtime.setMocks(
    { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
    "online-inference",
    "pod",
    false,
    "organization",
  );
  runtime.setAllConfig({ "online-inference:experiment": "bluegreen" });
  return () => vi.unstubAllEnvs();
});

/** What the program ends with; its config is wrong. */
const mistake = (): Promise<unknown> => runProgram().catch((error: unknown) => error);

test("a user's mistake is one line to the engine, without a stack trace", async () => {
  const error = await mistake();
  expect(RunError.isInstance(error)).toBe(true);
  expect((error as Error).message).toMatch(/^config experiment: got "bluegreen", allowed: /);
});

test("a stack that another command has to itself is left alone before anything is read", async () => {
  await using reserved = await reserveStacks(state, ["pod"], "bin/lab observe pod");
  const error = await mistake();
  expect(RunError.isInstance(error)).toBe(true);
  expect((error as Error).message).toMatch(/^stack pod is in use: "bin\/lab observe pod" has had it since /);
  // That command's own Pulumi goes on.
  for (const [name, value] of Object.entries(reserved.env)) vi.stubEnv(name, value);
  expect(((await mistake()) as Error).message).toMatch(/^config experiment: got "bluegreen"/);
});
