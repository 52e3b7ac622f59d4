import { describe, expect, test } from "vitest";
import { readCheck, readManifests, readPlan } from "../../../cli/commands/object-arguments.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";

const split = (text: string) => text.split(" ").filter(Boolean);

describe("plan takes what runs from", () => {
  test.each([
    ["-f a.yaml", { kind: "nothing" }],
    ["-f a.yaml --from old.yaml", { kind: "file", file: "old.yaml" }],
    ["-f - --live -n web --context c", { kind: "live" }],
    ["-f - --set replicas=2", { kind: "same" }],
    ["-f a.yaml --set replicas=2 --live", { kind: "live" }],
  ])("%s", (args, running) => {
    expect(readPlan(split(args))).toMatchObject({ running });
  });

  test("and refuses what contradicts itself", () => {
    const refused = [
      ["", "-f: got no file, allowed: a YAML or JSON file, or - for standard input"],
      ["-f a --from b --live", "--from: got it together with --live"],
      ["-f a --json --markdown", "--json: got it together with --markdown"],
      ["-f a --context c", "--context: got it without --live"],
      ["-f - --from -", "--from: got - twice"],
      ["-f a --applied-by argo", '--applied-by: got "argo", allowed: kubectl, helm, pulumi'],
      ["-f a --node-pods none", '--node-pods: got "none"'],
      ["a.yaml", 'argument: got "a.yaml", allowed: none'],
    ] as const;
    for (const [args, message] of refused) expect(() => readPlan(split(args))).toThrow(message);
  });
});

test("check needs a file unless it lists the rules", () => {
  expect(readCheck(["--rules"]).file).toBeUndefined();
  expect(readCheck(["-f", "-", "--ours"])).toMatchObject({ file: "-", ours: true });
  expect(() => readCheck([])).toThrow("-f: got no file");
});

describe("manifests", () => {
  const checkout = resolvePaths();

  test("takes every experiment but the chart's, or one with its settings", async () => {
    const { configs } = await readManifests(["-o", "out"], checkout);
    expect(configs.map(({ stack }) => stack)).toContain("blue-green");
    expect(configs.map(({ stack }) => stack)).not.toContain("helm");
    const one = await readManifests(["rolling", "--replicas", "4"], checkout);
    expect(one.configs).toMatchObject([{ stack: "rolling", settings: { replicas: 4 } }]);
  });

  test("says where the chart's objects are", async () => {
    await expect(readManifests(["helm"], checkout)).rejects.toThrow(
      "allowed: any other. See them by: helm template charts",
    );
    await expect(readManifests(["lunch"], checkout)).rejects.toThrow('experiment: got "lunch", allowed: one of');
  });
});
