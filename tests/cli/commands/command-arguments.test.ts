import { copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  readCompare,
  readDown,
  readObserve,
  readReport,
  readUp,
  readWhy,
} from "../../../cli/commands/command-arguments.ts";
import { readCheck, readManifests, readPlan } from "../../../cli/commands/object-arguments.ts";
import { USAGES } from "../../../cli/usage/commands.ts";
import { readArguments } from "../../../cli/usage/read-arguments.ts";
import { readWatch } from "../../../cli/watch/watch-request.ts";
import { UserError } from "../../../common/user-error.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const checkout = resolvePaths();

/** A checkout with the committed stacks, and with another one of the given text. */
async function withStack(name: string, text: string): Promise<{ readonly project: string }> {
  const project = await scratchFolder();
  for (const file of await readdir(checkout.project)) {
    if (/^Pulumi\..+\.yaml$/.test(file)) await copyFile(join(checkout.project, file), join(project, file));
  }
  await writeFile(join(project, `Pulumi.${name}.yaml`), text);
  return { project };
}

const readers = {
  up: readUp,
  observe: readObserve,
  watch: async (args: readonly string[]) => readWatch(args),
  compare: readCompare,
  report: readReport,
  why: async (args: readonly string[]) => readWhy(args),
  plan: async (args: readonly string[]) => readPlan(args),
  check: async (args: readonly string[]) => readCheck(args),
  manifests: readManifests,
  test: async (args: readonly string[]) => readArguments(USAGES.test, args),
  doctor: async (args: readonly string[]) => readArguments(USAGES.doctor, args),
  env: async (args: readonly string[]) => readArguments(USAGES.env, args),
  down: readDown,
  clean: async (args: readonly string[]) => readArguments(USAGES.clean, args),
};

describe("what was asked for", () => {
  test("up takes the pod unless it is told another stack", async () => {
    expect(await readUp([], checkout)).toEqual({
      stack: "pod",
      profile: { name: "minikube", isChosen: false },
      values: {},
      config: expect.objectContaining({ experimentName: "pod", context: "minikube", release: "v1" }),
      verbose: false,
    });
    const args = ["rolling", "--replicas", "4", "-c", "release=v2", "--profile", "lab2", "--verbose"];
    const values = { profile: "lab2", replicas: "4", release: "v2" };
    expect(await readUp(args, checkout)).toEqual({
      stack: "rolling",
      profile: { name: "lab2", isChosen: true },
      values,
      config: expect.objectContaining({ context: "lab2", release: "v2" }),
      verbose: true,
    });
    expect(await readUp(["-c", "profile=lab3"], checkout)).toMatchObject({
      profile: { name: "lab3", isChosen: true },
    });
  });

  test("observe takes one stack or all experiments", async () => {
    expect(await readObserve(["rolling"], checkout)).toEqual({
      stacks: ["rolling"],
      profile: { name: "minikube", isChosen: false },
      yes: false,
      order: {
        settings: {},
        releases: { v1: "v1", v2: "v2" },
        ratePerSecond: 100,
        atMostShare: 0.01,
        observeAtLeastMs: 2_000,
        keep: false,
      },
    });
    const { stacks } = await readObserve(["all"], checkout);
    expect(stacks).toContain("blue-green");
    expect(stacks).not.toContain("dev");
    const args =
      "rolling --release-from v2 --release-to v1 --rate 20 --duration 5 --load-from cluster --replicas 4 -c maxSurge=50% --profile lab --keep --yes";
    expect(await readObserve(args.split(" "), checkout)).toEqual({
      stacks: ["rolling"],
      profile: { name: "lab", isChosen: true },
      yes: true,
      order: {
        settings: { profile: "lab", replicas: "4", maxSurge: "50%" },
        releases: { v1: "v2", v2: "v1" },
        ratePerSecond: 20,
        atMostShare: 0.01,
        loadFrom: "cluster",
        observeAtLeastMs: 5_000,
        keep: true,
      },
    });
  });

  test("compare takes two strategies, down any number of stacks, report one recording", async () => {
    const compared = await readCompare(["rolling", "blue-green"], checkout);
    expect(compared).toMatchObject({ stacks: ["rolling", "blue-green"], repeat: 1 });
    expect(compared.seed).toBeUndefined();
    const repeated = ["rolling", "canary", "--repeat", "5", "--seed", "7", "--rate", "20"];
    expect(await readCompare(repeated, checkout)).toMatchObject({ repeat: 5, seed: 7, order: { ratePerSecond: 20 } });
    expect(await readDown(["pod"], checkout)).toEqual({
      stacks: ["pod"],
      cluster: false,
      reset: false,
      verbose: false,
    });
    expect((await readDown(["--cluster", "--profile", "lab2"], checkout)).stacks).toContain("dev");
    expect(await readReport(["reports/pod/1"])).toEqual({ recording: "reports/pod/1" });
    expect(await readReport(["reports/pod/1", "--timing", "t.json"])).toEqual({
      recording: "reports/pod/1",
      timing: "t.json",
    });
  });

  test("why takes one recording, and one request if it is told", () => {
    expect(readWhy(["reports/pod/1"])).toEqual({ recording: "reports/pod/1" });
    expect(readWhy(["reports/pod/1", "--request", "17"])).toEqual({ recording: "reports/pod/1", request: 17 });
    expect(() => readWhy([])).toThrow(/allowed: one folder or file of a recording/);
    expect(() => readWhy(["a", "b"])).toThrow(UserError);
    expect(() => readWhy(["a", "--request", "x"])).toThrow(/--request/);
  });

  test.each(
    Object.values(USAGES).flatMap(({ name, examples }) =>
      examples.map(({ term }) => [name as keyof typeof readers, term] as const),
    ),
  )("the example of %s is right: %s", async (name, term) => {
    const args = /(?:^|\| )bin\/lab (?:\S+)(?: ([^|]*))?/.exec(term)?.[1]?.trim().split(" ").filter(Boolean) ?? [];
    await readers[name](args, checkout);
  });
});

describe("what is wrong is refused with the next step:", () => {
  const wrong: readonly (readonly [keyof typeof readers, string, string])[] = [
    ["up", "bluegreen", 'experiment: got "bluegreen", allowed: one of blue-green, canary, dev'],
    ["up", "bluegreen", "Did you mean blue-green? See: bin/lab up --help"],
    ["up", "pod rolling", 'experiment: got "pod rolling", allowed: one of blue-green'],
    [
      "up",
      "rolling --replicas 99",
      '--replicas: got "99", allowed: a whole number from 1 to 50. See: bin/lab up rolling --help',
    ],
    [
      "up",
      "rolling -c replicas=99",
      '-c replicas: got "99", allowed: a whole number from 1 to 50. See: bin/lab up rolling --help',
    ],
    ["up", "rolling --max-surge lots", '--max-surge: got "lots", allowed: 0 to 100, or 0% to 100%.'],
    [
      "up",
      "rolling --release v3-brokn",
      '--release: got "v3-brokn", allowed: v1, v2, v3-broken. Did you mean v3-broken?',
    ],
    ["up", "rolling --repilcas 4", "--repilcas: no such setting, allowed: "],
    ["up", "rolling --repilcas 4", "Did you mean --replicas? See: bin/lab up rolling --help"],
    ["up", "rolling -c repilcas=4", "-c repilcas: no such setting, allowed: "],
    ["up", "rolling --config repilcas=4", "Did you mean --config replicas? See: bin/lab up rolling --help"],
    ["up", "pod --profil lab2", "Did you mean --profile?"],
    ["up", "pod --profile -p", '--profile: got "-p", allowed: text that matches'],
    ["up", "pod -c __proto__=1", "-c __proto__: no such setting"],
    ["up", "pod --replicas 3", "--replicas: no such setting, allowed: baseImage"],
    ["up", "dev -c experiment=roling", '-c experiment: got "roling", allowed: blue-green'],
    ["up", "dev -c experiment=roling", "Did you mean rolling?"],
    [
      "up",
      "rolling --cpuRequestMillicores 600",
      "--cpuRequestMillicores: got 600, allowed: at most cpuLimitMillicores, which is 500. See: bin/lab up rolling --help",
    ],
    [
      "up",
      "rolling --cpuLimitMillicores 20",
      "config cpuRequestMillicores: got 50, allowed: at most cpuLimitMillicores, which is 20. See:",
    ],
    ["up", "pod -c online-inference:release=v9", '-c online-inference:release: got "v9"'],
    ["down", "--reset", "--reset: got no experiment, allowed: bin/lab down EXPERIMENT --reset"],
    ["observe", "", 'experiment: got "", allowed: one of all, blue-green'],
    ["observe", "rolling pod", 'experiment: got "rolling pod", allowed: one of all'],
    ["observe", "al", "Did you mean all? See: bin/lab observe --help"],
    ["observe", "rolling --raet 50", "Did you mean --rate? See: bin/lab observe rolling --help"],
    ["observe", "rolling --replica 4", "--replica: no such setting, allowed: "],
    ["observe", "rolling --replica 4", "Did you mean --replicas? See: bin/lab observe rolling --help"],
    ["compare", "rolling recreate --repeat 0", '--repeat: got "0", allowed: a whole number from 1 to 50.'],
    ["compare", "rolling recreate --repaet 5", "Did you mean --repeat?"],
    ["compare", "rolling recreate --repeat 3 --keep", "--keep: got --repeat 3 as well, allowed: one round"],
    ["compare", "rolling recreate --replica 4", "stack rolling: --replica: no such setting, allowed: "],
    ["compare", "rolling recreate --replicas many", 'stack rolling: --replicas: got "many", allowed: a whole number'],
    ["observe", "rolling --release-from v2", '--release-to: got "v2", which is --release-from as well'],
    ["observe", "canary --replicas 1", "config canaryReplicas: got 1, allowed: fewer than replicas, which is 1."],
    ["observe", "all --replicas 4", "stack pod: --replicas: no such setting"],
    ["compare", "rolling", 'experiment: got "rolling", allowed: two or more different ones of blue-green'],
    [
      "compare",
      "rolling rolling",
      'experiment: got "rolling rolling", allowed: two or more different ones of blue-green',
    ],
    ["compare", "rolling bluegreen", "Did you mean blue-green?"],
    ["compare", "rolling probes", "strategy: got probes, which never completes a change of release"],
    ["compare", "rolling pod --replicas 4", "stack pod: --replicas: no such setting"],
    ["down", "pods", 'experiment: got "pods", allowed: blue-green, canary'],
    ["down", "pods", "Did you mean pod? See: bin/lab down --help"],
    ["report", "", 'recording: got "", allowed: one folder or file of a recording'],
    ["report", "a b", 'recording: got "a b", allowed: one folder or file of a recording'],
  ];

  test.each(wrong)("%s %s", async (name, args, message) => {
    const error = await readers[name](args.split(" ").filter(Boolean), checkout).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("\n");
    expect((error as Error).message).not.toContain("pulumi config rm");
  });
});

describe("a stack's file", () => {
  test("names the profile that the machine is prepared with", async () => {
    const paths = await withStack("mine", "config:\n  online-inference:profile: lab2\n");
    expect(await readUp(["mine"], paths)).toMatchObject({ profile: { name: "lab2", isChosen: true } });
  });

  test("says which experiment a stack deploys, and what the given values meet", async () => {
    const paths = await withStack(
      "mine",
      "config:\n  online-inference:experiment: rolling\n  online-inference:cpuLimitMillicores: 1000\n",
    );
    expect(await readUp(["mine", "--replicas", "3", "--cpuRequestMillicores", "800"], paths)).toMatchObject({
      stack: "mine",
    });
    await expect(readUp(["mine", "--canaryReplicas", "3"], paths)).rejects.toThrow("--canaryReplicas: no such setting");
    await expect(readUp(["rolling", "--cpuRequestMillicores", "800"], paths)).rejects.toThrow("which is 500");
  });

  test("may hold secrets: that they are encrypted is enough to go on", async () => {
    const text = `encryptionsalt: v1:x
config:
  online-inference:registry: docker.io/alice
  online-inference:registryUsername: alice
  online-inference:registryPassword:
    secure: v1:abc:def
  pulumi:tags:
    team: one
`;
    expect(await readUp(["mine"], await withStack("mine", text))).toMatchObject({ stack: "mine" });
    const plain = text.replace(/\n {4}secure: \S+/, " hunter22");
    await expect(readUp(["mine"], await withStack("mine", plain))).rejects.toThrow("registryPassword: got plain text");
  });

  test("that is wrong itself is mended there", async () => {
    const paths = await withStack("mine", "config:\n  online-inference:replicas: 3\n  online-inference:release: v9\n");
    await expect(readUp(["mine"], paths)).rejects.toThrow(
      "Pulumi.mine.yaml has replicas, as -c saves it. Take it out: pulumi config rm replicas --stack mine",
    );
    const torn = await withStack("mine", "config: {\n");
    await expect(readUp(["mine"], torn)).rejects.toThrow(
      /^Pulumi\.mine\.yaml:2: got no YAML \(.*\), allowed: a stack's settings as YAML\. Mend it: git diff Pulumi\.mine\.yaml$/,
    );
  });
});
