import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { profile, run } from "./support/lab.ts";
import { ownImage, servicesIn } from "./support/watched-service.ts";

/*
 * Both changes are refuted on a machine that has CPU to spare: pods that end at once lose requests, and a pod that is deleted leaves one
 * Ready pod of two. Beside busy loops nobody can say so.
 */

const NAMESPACE = "starved";
const { inNamespace, deploy, watch } = servicesIn(NAMESPACE);
const LIVENESS = { path: "/liveness", answeredBy: "header:x-pod", expect: ["status=200"] };
const LOOPS = Math.max(4, availableParallelism());
/** The loops end with their file, and by themselves after this time, which is longer than a starved restart takes. */
const AT_MOST_SECONDS = 300;
const TAKEN_BY_OTHERS = /\d+ % of (this machine|node \S+)'s CPU was taken by others/;

/** A loop that computes for as long as a file exists. */
const loop = (file: string): readonly string[] => [
  "timeout",
  String(AT_MOST_SECONDS),
  "sh",
  "-c",
  `while [ -e ${file} ]; do :; done`,
];

const inNode = (command: string) => run("minikube", ["--profile", profile, "ssh", "--", command]);

beforeAll(async () => {
  await run("kubectl", ["--context", profile, "create", "namespace", NAMESPACE]);
  const service = { image: await ownImage(), kind: "Deployment", name: "web", replicas: 2, type: "NodePort" } as const;
  await deploy({ ...service, preStopSeconds: 0 });
});

afterAll(async () => {
  await run("kubectl", ["--context", profile, "delete", "namespace", NAMESPACE, "--wait=false"]);
});

test("busy loops in the node leave a rollout inconclusive that loses requests", async () => {
  const file = "/tmp/online-inference-busy";
  const one = loop(file)
    .map((word) => `'${word}'`)
    .join(" ");
  // A login that ends before its children are past nohup takes them with it.
  const started = await inNode(
    `touch ${file}; for n in $(seq ${LOOPS}); do nohup ${one} </dev/null >/dev/null 2>&1 & done; sleep 2`,
  );
  expect(started.exitCode, started.all).toBe(0);
  const running = await inNode(`pgrep -c -f '^timeout .*${file}'`);
  expect(running.all.trim()).toBe(String(LOOPS));
  try {
    const { exitCode, all } = await watch("deployment/web", LIVENESS, [
      "--rate",
      "50",
      "--",
      "kubectl",
      "rollout",
      "restart",
      "deployment/web",
    ]);
    expect(exitCode, all).toBe(2);
    expect(all).toMatch(TAKEN_BY_OTHERS);
    expect(all).not.toContain("refuted");
  } finally {
    await inNode(`rm -f ${file}`);
  }
});

test("busy loops on this machine leave a deletion inconclusive that takes one of two pods away", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "online-inference-busy-")), "loops");
  await writeFile(file, "");
  const [command = "", ...args] = loop(file);
  const loops = Array.from({ length: LOOPS }, () => execa(command, args, { reject: false }));
  try {
    const [pod = ""] = (await inNamespace("get", "pods", "--output", "name")).split("\n");
    const { exitCode, all } = await watch("deployment/web", LIVENESS, [
      "--rate",
      "50",
      "--",
      "kubectl",
      "delete",
      pod,
      "--wait=false",
    ]);
    expect(exitCode, all).toBe(2);
    expect(all).toMatch(TAKEN_BY_OTHERS);
    expect(all).not.toContain("refuted");
  } finally {
    await rm(file);
    await Promise.all(loops);
  }
});
