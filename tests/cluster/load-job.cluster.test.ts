import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readRecording } from "../../rollout/record-reader.ts";
import { kubectl, lab, project, pulumi } from "./lab.ts";

const namespace = "online-inference-dev";

afterAll(async () => {
  await pulumi("dev", ["destroy", "--yes", "--skip-preview"]);
});

test("load comes from a Job in the cluster, which leaves nothing", async () => {
  const args = ["--load-from", "cluster", "--rate", "20", "--duration", "2", "--keep"];
  const { exitCode, all } = await lab("observe", "dev", ...args);
  expect(exitCode, all).toBe(0);
  const folder = join(project, "reports", /reports\/(\S+\/[^\s;/]+)/.exec(all)?.[1] ?? "");
  expect(await readdir(folder)).toContain("timeline.png");
  const { events } = await readRecording(folder);
  expect(events.find(({ type }) => type === "load-started")).toMatchObject({ from: "cluster" });
  const requests = events.filter((event) => event.type === "request");
  expect(new Set(requests.map(({ connection }) => connection))).toEqual(new Set(["fresh", "kept"]));
  expect(requests.filter(({ status, correct }) => status !== 200 || correct !== true)).toEqual([]);
  expect(events.findLast(({ type }) => type === "load-ended")).toMatchObject({ sent: requests.length });
  expect(events.filter(({ type }) => type === "gap")).toEqual([]);
  const pods = events.filter((event) => event.type === "pod").map(({ name }) => name);
  expect(pods.filter((name) => name.startsWith("online-inference-load"))).toEqual([]);

  const selector = ["--selector", "app.kubernetes.io/component=load"];
  const left = await kubectl<{ items: object[] }>("-n", namespace, "get", "jobs,configmaps,pods", ...selector);
  expect(left.items).toEqual([]);
});
