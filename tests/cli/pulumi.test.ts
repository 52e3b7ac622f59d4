import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { destroyQuietly, runPulumi, runQuietly } from "../../cli/pulumi.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

/** A stack, and a Pulumi that writes down how it was called, changes the file that it was given, and ends with a code. */
async function stackWith(exitCode: number) {
  const project = await scratchFolder();
  const pulumi = join(project, "pulumi");
  const source = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
const file = args[args.indexOf("--config-file") + 1];
const given = args.includes("--config-file");
const { ONLINE_INFERENCE_GIVEN_KEYS: keys } = process.env;
writeFileSync("asked.json", JSON.stringify({ args, file, keys, config: given && readFileSync(file, "utf8") }));
if (given) writeFileSync(file, "changed: by -c");
process.exitCode = ${exitCode};`;
  await writeFile(pulumi, source);
  await chmod(pulumi, 0o755);
  await writeFile(join(project, "Pulumi.pod.yaml"), "config: {}\n");
  await mkdir(join(project, "state"));
  const env = { PULUMI_BACKEND_URL: pathToFileURL(join(project, "state")).href };
  return {
    call: { pulumi, project, env, stack: "pod" },
    asked: async () => JSON.parse(await readFile(join(project, "asked.json"), "utf8")),
    file: () => readFile(join(project, "Pulumi.pod.yaml"), "utf8"),
  };
}

test("values are given to Pulumi with a copy of the stack's file, which is gone afterwards", async () => {
  const { call, asked, file } = await stackWith(0);
  await runPulumi(call, ["up", "--yes"], { release: "v2", replicas: "3" });
  const { args, config, file: copy } = await asked();
  expect(args.join(" ")).toMatch(/^up --yes --stack pod .*--config-file \S+ -c release=v2 -c replicas=3$/);
  expect(config).toBe("config: {}\n");
  expect(await file()).toBe("config: {}\n");
  await expect(readFile(copy)).rejects.toThrow("ENOENT");
});

test("the program is told which values were given for this run alone", async () => {
  const { call, asked } = await stackWith(0);
  await runPulumi(call, ["up"], { "online-inference:release": "v2", replicas: "3" });
  expect((await asked()).keys).toBe("release,replicas");
  await runPulumi(call, ["up"]);
  expect((await asked()).keys).toBe("");
});

test("a stack on which another Pulumi works is left alone, and it is said who that is", async () => {
  const { call, asked } = await stackWith(0);
  const folder = join(call.project, "state", ".pulumi", "locks", "organization", "online-inference", "pod");
  await mkdir(folder, { recursive: true });
  const lock = { pid: process.pid, hostname: hostname(), username: "alice", timestamp: "2026-03-14T09:30:00Z" };
  await writeFile(join(folder, "own.json"), JSON.stringify(lock));
  await expect(runPulumi(call, ["up"])).rejects.toThrow(/^stack pod is in use: .* \(pid \d+ of alice\)/);
  await expect(asked()).rejects.toThrow("ENOENT");
});

test("without values Pulumi takes the stack's own file", async () => {
  const { call, asked } = await stackWith(0);
  await runPulumi(call, ["destroy", "--yes"]);
  expect((await asked()).args).toEqual([
    "destroy",
    "--yes",
    "--stack",
    "pod",
    "--non-interactive",
    "--suppress-progress",
  ]);
});

test("a failure says which operation of which stack it was", async () => {
  const { call } = await stackWith(255);
  await expect(runPulumi(call, ["up"], { release: "v2" })).rejects.toThrow(
    "pulumi up of stack pod failed; its reason stands above. Mend it and run the same command again.",
  );
});

describe("a quiet operation", () => {
  const failed = { diagnosticEvent: { severity: "error", message: "the pod never got ready", color: "never" } };

  /** A stack, and a Pulumi that prints a lot, logs these events, and ends with a code. */
  async function logging(events: readonly object[], exitCode: number) {
    const { call } = await stackWith(0);
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    const source = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const args = process.argv.slice(2);
console.log("refreshing (0s) [diff: ~metadata,status]\\n".repeat(95));
appendFileSync(args[args.indexOf("--event-log") + 1], ${JSON.stringify(lines)});
process.exitCode = ${exitCode};`;
    await writeFile(call.pulumi, source);
    return call;
  }

  test("shows nothing, and tells what the program said and what changed", async () => {
    const log = vi.spyOn(console, "log");
    const plan = { diagnosticEvent: { severity: "info", message: "Rollout: no pod changes.\n", color: "never" } };
    const created = { resOutputsEvent: { metadata: { op: "create", urn: "u::p::kubernetes:core/v1:Pod::pod" } } };
    const said: string[] = [];
    const call = await logging([plan, created], 0);
    const { operation, events } = await runQuietly(call, "up", { release: "v2" }, (message) => said.push(message));
    expect(operation.succeeded).toBe(true);
    expect(said).toEqual(["Rollout: no pod changes."]);
    expect(events).toMatchObject([{ kind: "done", operation: "create", resource: "kubernetes:core/v1:Pod::pod" }]);
    expect(log).not.toHaveBeenCalled();
  });

  test("that destroys says in Pulumi's words why it failed, and how to see the rest", async () => {
    await expect(destroyQuietly(await logging([failed], 255))).rejects.toThrow(
      "pulumi destroy of stack pod failed: the pod never got ready\n" +
        "Mend it and run the same command again. All that Pulumi says: bin/lab down pod --verbose",
    );
    await destroyQuietly(await logging([], 0));
  });
});
