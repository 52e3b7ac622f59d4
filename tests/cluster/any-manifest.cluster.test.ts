import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubectl, lab, profile, run } from "./support/lab.ts";

const NAMESPACE = "online-inference-pod";
const inCluster = (...args: string[]) => run("kubectl", ["--context", profile, ...args]);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "online-inference-cluster-"));
  // The image has to be on the node, and the stack must not be up.
  for (const command of ["up", "down"]) {
    const { exitCode, all } = await lab(command, "pod");
    expect(exitCode, all).toBe(0);
  }
});

afterAll(async () => {
  await inCluster("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait");
  await rm(folder, { recursive: true, force: true });
});

test("what manifests writes makes the stack's own pods by kubectl, and plan knows what runs then", async () => {
  const written = await lab("manifests", "pod", "-o", folder);
  expect(written.exitCode, written.all).toBe(0);
  const file = join(folder, "online-inference-pod.yaml");
  const live = ["-f", file, "--live", "--context", profile];
  expect((await lab("plan", ...live)).all).toMatch(/Rollout of Pod\/online-inference: 1 pod of \S+ is created\./);

  const applied = await inCluster("apply", "-f", file);
  expect(applied.exitCode, applied.all).toBe(0);
  const ready = await inCluster(
    "wait",
    "--for=condition=Ready",
    "pod/online-inference",
    "-n",
    NAMESPACE,
    "--timeout=90s",
  );
  expect(ready.exitCode, ready.all).toBe(0);
  const pod = await kubectl("get", "pod", "online-inference", "--namespace", NAMESPACE);
  expect(pod).toMatchObject({
    metadata: { labels: { "app.kubernetes.io/instance": "pod", "app.kubernetes.io/version": "v1" } },
    spec: { containers: [{ imagePullPolicy: "Never" }] },
  });

  expect((await lab("plan", ...live)).all).toContain("Rollout of Pod/online-inference: nothing changes");
  const got = join(folder, "got.json");
  await writeFile(got, JSON.stringify(pod));
  const changed = await lab("plan", "-f", got, "--set", "image=online-inference:other");
  expect(changed.all).toContain("the Pod stays, and its containers restart");
  expect(changed.exitCode).toBe(1);
});
