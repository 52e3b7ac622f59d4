import { appendFile, copyFile, cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackOutputs } from "../../stacks/program/outputs.ts";
import {
  type Expected,
  expectedAnswers,
  kubectl,
  lab,
  minikubeDocker,
  PROGRAM,
  parityBound,
  profile,
  project,
  pulumi,
  run,
} from "./support/lab.ts";

// The tests are the steps of a newcomer, in order; each goes on where the last one ended.
const stack = "pod";
const HALF_REQUEST = "POST /predict HTTP/1.1\r\nHost: service\r\nContent-";

interface Preview {
  readonly changeSummary: Readonly<Record<string, number>>;
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

interface Pod {
  readonly spec: { readonly containers: readonly { readonly image: string; readonly imagePullPolicy: string }[] };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

let scratch: string;
let expected: Expected;
/** The address that `bin/lab up` printed. */
let address: string | undefined;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "online-inference-cluster-"));
  expected = await expectedAnswers();
  // A newcomer has nothing up.
  const { exitCode, all } = await lab("down", stack);
  expect(exitCode, all).toBe(0);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs Pulumi with config values that are not saved into the checkout. */
async function pulumiWith(values: readonly string[], ...args: string[]) {
  const file = join(scratch, `Pulumi.${stack}.yaml`);
  await copyFile(join(project, `Pulumi.${stack}.yaml`), file);
  return pulumi(stack, [...args, "--config-file", file, ...values.flatMap((value) => ["-c", value])]);
}

async function outputs(): Promise<StackOutputs> {
  const { stdout } = await run("pulumi", ["stack", "output", "--json", "--stack", stack]);
  return JSON.parse(stdout) as StackOutputs;
}

/** The changes that a preview shows: operation and type of every resource, without those that stay or are only read. */
function changes(stdout: string): string[] {
  const { steps } = JSON.parse(stdout) as Preview;
  const changed = steps
    .filter(({ op }) => op !== "same" && op !== "refresh")
    .map(({ op, urn }) => `${op} ${urn.split("::")[2]?.split("$").at(-1)}`);
  return [...new Set(changed)].sort();
}

async function expectAnswersOf(release: string) {
  const data = expected.rows.map((row) =>
    Object.fromEntries(expected.features.map((name, index) => [name, row[index]])),
  );
  const response = await fetch(`${address}/predict_batch/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data }),
  });
  expect(response.status).toBe(200);
  const body = (await response.json()) as {
    release: string;
    predictions: { prediction: number; probability: number }[];
  };
  expect(body.release).toBe(release);
  expect(body.predictions).toHaveLength(303);
  const reference = expected.releases[release];
  const bound = await parityBound(release);
  for (const [index, { prediction, probability }] of body.predictions.entries()) {
    expect(Math.abs(probability - (reference?.probability[index] ?? Number.NaN))).toBeLessThanOrEqual(bound);
    expect(prediction).toBe(reference?.prediction[index]);
  }
}

/**
 * Holds a connection on which a request begins and never ends, and opens another one whenever it is closed, like a connection
 * pool. Calling the returned function ends that.
 */
function hold(port: number, beginning: string): () => void {
  let over = false;
  let socket: Socket;
  const open = () => {
    socket = connect(port, "127.0.0.1", () => socket.write(beginning));
    socket.on("error", () => undefined).resume();
    socket.on("close", () => over || setTimeout(open, 200));
  };
  open();
  return () => {
    over = true;
    socket.destroy();
  };
}

describe("the pod experiment", { concurrent: false }, () => {
  test("comes up with one command and prints a prediction", async () => {
    const { exitCode, all } = await lab("up", stack);
    expect(all).toMatch(
      /prediction 0: no heart disease \(probability of heart disease: 0\.\d+\), by pod online-inference, release v1, model 1\.0\.0, in \d+\.\d ms/,
    );
    expect(all).toMatch(/^Rollout of Pod\/online-inference: 1 pod of v1 is created/m);
    expect(all).toMatch(/^created +Pod pod$/m);
    expect(exitCode, all).toBe(0);
    address = /^url +(http\S+)\/predict$/m.exec(all)?.[1];
  });

  test("says in a few lines that nothing changes, and where to ask", async () => {
    const { exitCode, all } = await lab("up", stack);
    expect(exitCode, all).toBe(0);
    expect(all).toContain("Rollout: no pod changes.\n");
    expect(all).toMatch(/^nothing changed$/m);
    expect(all.split("\n").length).toBeLessThan(12);
    const curl = /^curl +(curl .*)$/m.exec(all)?.[1] ?? "";
    expect((await run("sh", ["-c", curl])).stdout).toContain('"release":"v1"');
  });

  test("has few outputs, with the URL that answers", async () => {
    const { url, curl } = await outputs();
    expect(url).toBe(`${address}/predict`);
    expect((await run("sh", ["-c", curl ?? ""])).stdout).toContain('"release":"v1"');
  });

  test("answers every row of the data as scikit-learn does", () => expectAnswersOf("v1"));

  test("runs the image that minikube's own daemon built", async () => {
    const { namespace, images } = await outputs();
    const pod = await kubectl<Pod>("--namespace", namespace, "get", "pod", "online-inference");
    expect(pod.spec.containers).toHaveLength(1);
    expect(pod.spec.containers[0]).toMatchObject({ image: images, imagePullPolicy: "Never" });
    expect(pod.status.conditions.find(({ type }) => type === "Ready")?.status).toBe("True");
    expect((await minikubeDocker("image", "inspect", "--format", "{{.Config.User}}", images)).stdout).toBe(
      "65532:65532",
    );
  });

  test("is a no-op the second time", async () => {
    const { exitCode, all } = await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(exitCode, all).toBe(0);
  });

  test("shows in a preview of the same again no difference to what the API server keeps", async () => {
    const { exitCode, all } = await pulumi(stack, ["preview"]);
    expect(exitCode, all).toBe(0);
    // Such as " ~  kubernetes:core/v1:Service service refreshing [diff: ~spec]".
    const refreshed = all.split("\n").filter((line) => line.includes("kubernetes:") && line.includes("refresh"));
    expect(refreshed.join("\n")).toContain("NetworkPolicy");
    expect(refreshed.filter((line) => line.includes("[diff:"))).toEqual([]);
  });

  test("shows in a preview of v2 the image and the Pod, builds nothing and leaves the checkout alone", async () => {
    const before = await readFile(join(project, `Pulumi.${stack}.yaml`), "utf8");
    const listTags = async () => {
      const { stdout } = await minikubeDocker("image", "ls", "--format", "{{.Tag}}", "online-inference");
      return stdout.split("\n");
    };
    const tagsBefore = new Set(await listTags());
    const { exitCode, stdout, all } = await pulumiWith(["release=v2"], "preview", "--json");
    expect(exitCode, all).toBe(0);
    expect(changes(stdout)).toEqual(["replace kubernetes:core/v1:Pod", "update docker:index/image:Image"]);
    // Tests beside this one build images as well: of the new ones none may be what the preview plans.
    const added = (await listTags()).filter((tag) => !tagsBefore.has(tag));
    expect(stdout).toMatch(/online-inference:v2-[0-9a-f]{12}/);
    expect(added.filter((tag) => stdout.includes(tag))).toEqual([]);
    expect(await readFile(join(project, `Pulumi.${stack}.yaml`), "utf8")).toBe(before);
  });

  test("shows in a preview of an edited source file exactly the image and the Pod", async () => {
    const copy = join(scratch, "checkout");
    for (const item of [...PROGRAM, `Pulumi.${stack}.yaml`]) {
      await cp(join(project, item), join(copy, item), {
        recursive: true,
        filter: (path) => !path.includes("node_modules"),
      });
    }
    await symlink(join(project, "node_modules"), join(copy, "node_modules"));
    const untouched = await pulumi(stack, ["preview", "--expect-no-changes"], copy);
    expect(untouched.exitCode, untouched.all).toBe(0);
    await appendFile(join(copy, "service", "src", "server.ts"), "\nprocess.title = 'edited';\n");
    const { stdout, all, exitCode } = await pulumi(stack, ["preview", "--json"], copy);
    expect(exitCode, all).toBe(0);
    const touched = new Set(changes(stdout).map((change) => change.split(" ")[1]));
    expect([...touched].sort()).toEqual(["docker:index/image:Image", "kubernetes:core/v1:Pod"]);
  });

  test.each([
    ["experiment=bluegreen", /config experiment: got "bluegreen", allowed: blue-green, /],
    ["nodePort=many", /config nodePort: got "many", allowed: .*30050/],
    ["profile=absent", /absent/],
  ])("refuses %s in one line and changes nothing", async (value, message) => {
    const { exitCode, all } = await pulumiWith([value], "up", "--yes", "--skip-preview");
    expect(all).toMatch(message);
    expect(all).not.toMatch(/^\s+at .+\(.+:\d+:\d+\)/m);
    expect(exitCode).not.toBe(0);
    const { exitCode: unchanged, all: words } = await pulumi(stack, ["preview", "--expect-no-changes"]);
    expect(unchanged, words).toBe(0);
  });

  test("rolls out v2", async () => {
    const { exitCode, all } = await lab("up", stack, "-c", "release=v2");
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/release v2/);
    await expectAnswersOf("v2");
  });

  test("stops with 0 although clients hold connections without a whole request", async () => {
    const { namespace } = await outputs();
    const nodePort = Number(new URL(address ?? "").port);
    const pod = ["--context", profile, "--namespace", namespace, "get", "pod", "online-inference"];
    const container = ".status.containerStatuses[0]";
    const status = `exit code {${container}.state.terminated.exitCode}, restarts {${container}.restartCount}{"\\n"}`;
    const watch = execa("kubectl", [...pod, "--watch", "--output", `jsonpath=${status}`], { reject: false });
    const held = [...Array.from({ length: 20 }, () => ""), ...Array.from({ length: 5 }, () => HALF_REQUEST)].map(
      (beginning) => hold(nodePort, beginning),
    );
    try {
      const { exitCode, all } = await run("kubectl", [...pod.slice(0, 4), "delete", "pod", "online-inference"]);
      expect(exitCode, all).toBe(0);
    } finally {
      for (const release of held) release();
      watch.kill();
    }
    expect(new Set((await watch).stdout.split("\n"))).toEqual(
      new Set(["exit code , restarts 0", "exit code 0, restarts 0"]),
    );
  });

  test("goes without leaving anything", async () => {
    const { namespace } = await outputs();
    const { exitCode, all } = await lab("down", stack);
    expect(exitCode, all).toBe(0);
    const left = await run("kubectl", ["--context", profile, "get", "namespace", namespace]);
    expect(left.all).toContain("NotFound");
  });
});
