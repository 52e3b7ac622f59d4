import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hostClock } from "../../../observer/clock.ts";
import type { EngineEvent } from "../../../observer/events.ts";
import { engineEvent, pulumiEngine, saidByProgram } from "../../../observer/run/engine.ts";

const urn = "urn:pulumi:pod::online-inference::online-inference:lab:Experiment$kubernetes:core/v1:Pod::pod";
const line = (event: object) => JSON.stringify({ sequence: 1, timestamp: 1, ...event });

describe("a line of the event log", () => {
  const metadata = { op: "replace", urn };
  const resource = "kubernetes:core/v1:Pod::pod";
  test.each([
    ["resourcePreEvent", "started"],
    ["resOutputsEvent", "done"],
    ["resOpFailedEvent", "failed"],
  ])("%s is an operation that is %s", (event, kind) => {
    expect(engineEvent(line({ [event]: { metadata } }))).toEqual({
      type: "engine",
      kind,
      operation: "replace",
      resource,
    });
  });

  test("tells of troubles, and whose they are", () => {
    const diagnosticEvent = { severity: "error", message: "it never got ready\n", urn, color: "never" };
    expect(engineEvent(line({ diagnosticEvent }))).toEqual({
      type: "engine",
      kind: "diagnostic",
      severity: "error",
      message: "it never got ready",
      resource,
    });
  });

  test.each([
    ["an operation that changes nothing", line({ resourcePreEvent: { metadata: { ...metadata, op: "same" } } })],
    ["what is only for debugging", line({ diagnosticEvent: { severity: "debug", message: "x", color: "never" } })],
    ["what passes", line({ diagnosticEvent: { severity: "warning", message: "x", ephemeral: true, color: "never" } })],
    ["the summary", line({ summaryEvent: { durationSeconds: 3 } })],
    ["a torn line", '{"sequence":3,'],
  ])("is silent about %s", (_what, text) => {
    expect(engineEvent(text)).toBeUndefined();
  });
});

describe("what the program says", () => {
  const said = { severity: "info", message: "Rollout: no pod changes.\n", color: "never" };

  test("is read as it was said", () => {
    expect(saidByProgram(line({ diagnosticEvent: said }))).toBe("Rollout: no pod changes.");
  });

  test.each([
    ["of a resource", line({ diagnosticEvent: { ...said, urn } })],
    ["that passes", line({ diagnosticEvent: { ...said, ephemeral: true } })],
    ["that is a trouble", line({ diagnosticEvent: { ...said, severity: "error" } })],
    ["that is torn", '{"diagnosticEvent":'],
  ])("is nothing %s", (_what, text) => {
    expect(saidByProgram(text)).toBeUndefined();
  });
});

describe("the engine", () => {
  let project: string;
  let told: EngineEvent[];
  let interrupted: AbortController;
  let sleptMs: number[];
  // Waiting for the next try takes no time; reading the event log does.
  const clock = {
    sleep: (ms: number, signal?: AbortSignal) => {
      sleptMs.push(ms);
      return hostClock.sleep(Math.min(ms, 50), signal);
    },
  };
  let said: string[];

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "engine-"));
    // A temporary folder of its own: other tests use the machine's at the same time.
    vi.stubEnv("TMPDIR", project);
    told = [];
    interrupted = new AbortController();
    sleptMs = [];
    said = [];
    await writeFile(join(project, "Pulumi.pod.yaml"), "config: {}\n");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(project, { recursive: true });
  });

  /** Makes a fake Pulumi that writes its arguments to a file and then runs `script`. */
  async function fake(script: string) {
    const pulumi = join(project, "pulumi");
    const source = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const log = (event) => appendFileSync(option("--event-log"), JSON.stringify(event) + "\\n");
writeFileSync("asked.json", JSON.stringify({ args, config: readFileSync(option("--config-file"), "utf8"), env: process.env }));
writeFileSync(option("--config-file"), "changed: by -c");
${script}`;
    await writeFile(pulumi, source);
    await chmod(pulumi, 0o755);
    return pulumiEngine({
      pulumi,
      project,
      stack: "pod",
      env: { GIVEN: "1" },
      clock,
      signal: interrupted.signal,
      onEvent: (event) => told.push(event),
      onSaid: (message) => said.push(message),
    });
  }
  const asked = async () => JSON.parse(await readFile(join(project, "asked.json"), "utf8"));

  test("runs `up` with the values, on a copy of the stack's file, and tells of every event", async () => {
    const engine = await fake(`
      log({ diagnosticEvent: { severity: "info", message: "Rollout" } });
      log({ resourcePreEvent: { metadata: { op: "create", urn: ${JSON.stringify(urn)} } } });
      log({ resOutputsEvent: { metadata: { op: "create", urn: ${JSON.stringify(urn)} } } });
      console.log("+ pod"); setTimeout(() => console.error("Building web:v2"), 50);`);
    expect(await engine.up({ release: "v2", replicas: "3" })).toEqual({
      succeeded: true,
      output: "+ pod\nBuilding web:v2",
      diff: "+ pod",
    });
    const { args, config, env } = await asked();
    expect(args.join(" ")).toMatch(
      /^up --yes --skip-preview --run-program --diff --suppress-outputs --stack pod .*-c release=v2 -c replicas=3$/,
    );
    expect(config).toBe("config: {}\n");
    expect(env).toMatchObject({ GIVEN: "1", PULUMI_DEBUG_COMMANDS: "true" });
    expect(told.map(({ kind, operation }) => `${kind} ${operation}`)).toEqual(["started create", "done create"]);
    expect(said).toEqual(["Rollout"]);
    expect(await readFile(join(project, "Pulumi.pod.yaml"), "utf8")).toBe("config: {}\n");
    expect((await readdir(project)).filter((name) => name.startsWith("online-inference-engine-"))).toEqual([]);
  });

  test("says why an operation failed, in Pulumi's own words", async () => {
    const engine = await fake(`
      log({ diagnosticEvent: { severity: "error", message: "pod x: ImagePullBackOff", color: "never" } });
      console.error("error: update failed"); process.exit(255);`);
    expect(await engine.up({})).toMatchObject({ succeeded: false, message: "pod x: ImagePullBackOff" });
    const silent = await fake(`console.error("error: no stack"); process.exit(255);`);
    expect(await silent.up({})).toMatchObject({ succeeded: false, message: "error: no stack" });
  });

  test("destroys by the state alone, so that no config can prevent it", async () => {
    const engine = await fake(`console.log("- pod");`);
    expect(await engine.destroy({})).toEqual({ succeeded: true, output: "- pod" });
    const { args } = await asked();
    expect(args.slice(0, 3)).toEqual(["destroy", "--yes", "--skip-preview"]);
    expect(args).not.toContain("--run-program");
  });

  /** A Pulumi that finds the stack locked the first few times, and counts how often it is called. */
  const lockedFor = (times: number) =>
    fake(`
      const calls = Number(readFileSync("calls", "utf8")) + 1;
      writeFileSync("calls", String(calls));
      if (calls > ${times}) { console.log("done"); process.exit(0); }
      console.error("error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end");
      process.exit(255);`);
  const calls = () => readFile(join(project, "calls"), "utf8");

  test("tries again while somebody else's refused command has the stack locked", async () => {
    await writeFile(join(project, "calls"), "0");
    const engine = await lockedFor(2);
    expect(await engine.up({})).toEqual({ succeeded: true, output: "done", diff: "done" });
    expect(await calls()).toBe("3");
    expect(sleptMs.filter((ms) => ms === 1_000)).toHaveLength(2);
  });

  test("does not try again once it is interrupted, nor what failed for another reason", async () => {
    await writeFile(join(project, "calls"), "0");
    interrupted.abort();
    expect(await (await lockedFor(9)).up({})).toMatchObject({ succeeded: false });
    expect(await calls()).toBe("1");
  });

  test("lets an interrupted operation end by itself", async () => {
    const engine = await fake(`
      process.on("SIGINT", () => { console.log("wrote it down"); process.exit(130); });
      log({ resourcePreEvent: { metadata: { op: "create", urn: ${JSON.stringify(urn)} } } });
      setInterval(() => {}, 1000);`);
    const ended = engine.up({});
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(1);
    engine.interrupt();
    expect(await ended).toMatchObject({ succeeded: false, output: "wrote it down" });
  });
});
