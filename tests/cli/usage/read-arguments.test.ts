import { describe, expect, test } from "vitest";
import { USAGES } from "../../../cli/usage/commands.ts";
import { readArguments, splitArguments } from "../../../cli/usage/read-arguments.ts";
import type { Usage } from "../../../cli/usage/usage.ts";
import { UserError } from "../../../common/user-error.ts";

describe("arguments", () => {
  test("that are no flag of the command are settings of the experiment", () => {
    const args = [
      "rolling",
      "--max-surge",
      "3",
      "--rate",
      "50",
      "--replicas=4",
      "-c",
      "a=b=c",
      "--minReadySeconds",
      "1",
    ];
    expect(splitArguments(USAGES.observe, args)).toEqual({
      positionals: ["rolling"],
      texts: { rate: "50" },
      settings: { maxSurge: "3", replicas: "4", a: "b=c", minReadySeconds: "1" },
      typed: { maxSurge: "--max-surge", replicas: "--replicas", a: "-c a", minReadySeconds: "--minReadySeconds" },
      lists: {},
      command: [],
    });
  });

  test("may stand in any order; the last value counts", () => {
    const args = ["--replicas", "3", "--keep", "rolling", "--config", "replicas=4", "--rate=5", "--rate", "6"];
    expect(splitArguments(USAGES.observe, args)).toEqual({
      positionals: ["rolling"],
      texts: { keep: "true", rate: "6" },
      settings: { replicas: "4" },
      typed: { replicas: "--config replicas" },
      lists: {},
      command: [],
    });
  });

  test("that may come again keep their order, and what follows -- is left as it is typed", () => {
    const args = ["deployment/web", "--expect", "status=200", "-n", "shop", "--expect=body~ok", "--"];
    const command = ["helm", "upgrade", "--expect", "-n", "other", "--", "x"];
    expect(readArguments(USAGES.watch, [...args, ...command])).toMatchObject({
      positionals: ["deployment/web"],
      flags: { expect: ["status=200", "body~ok"], namespace: "shop", yes: false },
      command,
    });
  });

  test("become the types of their schemas, with defaults", () => {
    expect(readArguments(USAGES.observe, ["pod", "--rate", "12.5"]).flags).toEqual({
      rate: 12.5,
      duration: 2,
      "at-most": 1,
      "release-from": "v1",
      "release-to": "v2",
      keep: false,
      yes: false,
    });
    expect(readArguments(USAGES.down, ["--cluster", "--profile", "lab2"]).flags).toEqual({
      cluster: true,
      reset: false,
      profile: "lab2",
      verbose: false,
    });
  });
});

describe("refused, in one line that says what, got, allowed and the next step:", () => {
  const wrong: readonly (readonly [Usage, string, string])[] = [
    [
      USAGES.observe,
      "--rate fast",
      '--rate: got "fast", allowed: a number above 0, at most 1000. See: bin/lab observe --help',
    ],
    [USAGES.observe, "--rate 0", '--rate: got "0", allowed: a number above 0, at most 1000.'],
    [USAGES.observe, "--rate 1001", '--rate: got "1001", allowed: a number above 0, at most 1000.'],
    [USAGES.observe, "--duration 601", '--duration: got "601", allowed: a number from 0 to 600.'],
    [
      USAGES.observe,
      "--load-from clutser",
      '--load-from: got "clutser", allowed: host, cluster. Did you mean cluster?',
    ],
    [
      USAGES.observe,
      "--release-to v3-brokn",
      '--release-to: got "v3-brokn", allowed: v1, v2, v3-broken. Did you mean v3-broken?',
    ],
    [USAGES.observe, "--keep=yes", '--keep: got "yes", allowed: no value.'],
    [USAGES.observe, "pod --replicas", "--replicas: got no value, allowed: --replicas VALUE."],
    [USAGES.observe, "pod --kep", "and settings of the experiment with their values. Did you mean --keep?"],
    [USAGES.observe, "pod --replicas --keep", "--replicas: got no value, allowed: --replicas VALUE."],
    [USAGES.observe, "pod -c replicas", '-c: got "replicas", allowed: KEY=VALUE, for example -c replicas=4'],
    [USAGES.observe, "pod -x", "flag: got -x, allowed: --rate,"],
    [USAGES.observe, "pod --__proto__=1", "flag: got --__proto__, allowed: --rate,"],
    [USAGES.test, "--unti", "flag: got --unti, allowed: --unit. Did you mean --unit? See: bin/lab test --help"],
    [USAGES.env, "--all", "flag: got --all, allowed: none. See: bin/lab env --help"],
    [USAGES.env, "pod", 'argument: got "pod", allowed: none. See: bin/lab env --help'],
    [USAGES.doctor, "--profile", "--profile: got no value, allowed: --profile VALUE. See: bin/lab doctor --help"],
    [
      USAGES.down,
      "--replicas 3",
      "flag: got --replicas, allowed: --cluster, --reset, --profile, --verbose. See: bin/lab down --help",
    ],
  ];

  test.each(wrong)("%o %s", (usage, args, message) => {
    const read = () => readArguments(usage, args.split(" "));
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).not.toThrow("\n");
  });
});
