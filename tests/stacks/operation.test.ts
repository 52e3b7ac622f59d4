import { describe, expect, test } from "vitest";
import { fromProc, fromPs, isDestroy } from "../../stacks/operation.ts";

/** Whether a program is told to destroy when it descends from processes with these command lines, the nearest first. */
function destroysUnder(...commandLines: string[]): boolean {
  const processes = commandLines.map((line, index) => ({ args: line.split(" "), parentId: index + 1 }));
  return isDestroy((id) => processes[id], 0);
}

const host = "/usr/bin/pulumi-language-nodejs 127.0.0.1:37229";

describe("Pulumi runs the program for a destroy", () => {
  test.each([
    "pulumi destroy",
    "/home/me/.pulumi/bin/pulumi destroy --yes --skip-preview --stack pod",
    "pulumi -C /lab down --stack pod",
    "pulumi dn",
  ])("under %j", (pulumi) => {
    expect(destroysUnder(host, pulumi, "bash")).toBe(true);
  });

  test.each([
    "pulumi up --yes --stack pod",
    "pulumi update",
    "pulumi preview --stack pod",
    "pulumi refresh",
    "pulumi",
    // Words that are a destroy's only in another place: to take these for one would destroy what is to be updated.
    "pulumi up --stack destroy",
    "pulumi -C destroy up",
    "pulumi preview -m down",
  ])("not under %j", (pulumi) => {
    expect(destroysUnder(host, pulumi, "bash")).toBe(false);
  });

  test("not under the Pulumi of somebody further up", () => {
    expect(destroysUnder(host, "pulumi up", "make destroy", "pulumi destroy")).toBe(false);
    expect(destroysUnder(host, "sh -c pulumi-destroy", "bash destroy")).toBe(false);
  });

  test("not where the processes cannot be seen", () => {
    expect(isDestroy(() => undefined)).toBe(false);
  });

  test("not in this test, whose ancestors are real", () => {
    expect(isDestroy()).toBe(false);
  });
});

test("Linux tells a process word by word", () => {
  const status = "Name:\tpulumi\nUmask:\t0022\nTgid:\t4242\nPid:\t4242\nPPid:\t4200\nTracerPid:\t0\n";
  expect(fromProc(status, "pulumi\0destroy\0-m\0the end\0")).toEqual({
    args: ["pulumi", "destroy", "-m", "the end"],
    parentId: 4200,
  });
});

test.each([
  ["  501 pulumi destroy --stack pod\n", 501, ["pulumi", "destroy", "--stack", "pod"]],
  ["  501 /Users/a b/bin/pulumi destroy\n", 501, ["/Users/a b/bin/pulumi", "destroy"]],
  ["    1 /opt/pulumi/pulumi-language-nodejs 127.0.0.1:1\n", 1, ["/opt/pulumi/pulumi-language-nodejs", "127.0.0.1:1"]],
  ["    1 -zsh\n", 1, ["-zsh"]],
])("ps tells %j", (line, parentId, args) => {
  expect(fromPs(line)).toEqual({ parentId, args });
});
