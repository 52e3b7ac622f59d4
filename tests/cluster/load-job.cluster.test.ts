import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readRecording } from "../../observer/recording/reader.ts";
import { kubectl, lab, project, pulumi } from "./support/lab.ts";

const namespace = "online-inference-dev";

afterAll(async () => {
  await pulumi("dev", ["destroy", "--yes", "--skip-preview"]);
});

test("load comes from a Job in the cluster, which leaves nothing", async () => {
  const args = ["--load-from", "cluster", "--rate", "20", "--duration", "2", "--keep", "--yes"];
  const { exitCode, all } = await lab("observe", "dev", ...args);
  // On a busy machine a watch may have a gap, and verdicts are inconclusive then. The load itself is checked below.
  expect([0, 2], all).toContain(exitCode);
  const folder = join(project, /^report: (\S+);/m.exec(all)?.[1] ?? "");
  expect(await readdir(folder)).toContain("timeline.png");
  const { events } = await readRecording(folder);
  expect(events.find(({ type }) => type === "load-started")).toMatchObject({ from: "cluster" });
  const requests = events.filter((event) => event.type === "request");
  // A bare Pod is gone for a while when it is replaced; before that no request fails.
  const changeMs = events.find((event) => event.type === "step-started" && event.step === "change")?.atMs ?? 0;
  const before = requests.filter(({ sentMs }) => sentMs < changeMs);
  expect(before.length).toBeGreaterThan(40);
  expect(new Set(requests.map(({ connection }) => connection))).toEqual(new Set(["fresh", "kept"]));
  expect(before.filter(({ status, correct }) => status !== 200 || correct !== true)).toEqual([]);
  expect(events.findLast(({ type }) => type === "load-ended")).toMatchObject({ sent: requests.length });
  expect(events.filter((event) => event.type === "gap" && event.source === "load")).toEqual([]);
  const pods = events.filter((event) => event.type === "pod").map(({ name }) => name);
  expect(pods.filter((name) => name.startsWith("online-inference-load"))).toEqual([]);

  const selector = ["--selector", "app.kubernetes.io/component=load"];
  const left = await kubectl<{ items: object[] }>("-n", namespace, "get", "jobs,configmaps,pods", ...selector);
  expect(left.items).toEqual([]);
});
