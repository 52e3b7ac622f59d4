import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { type ConfigSource, resolveConfig } from "../../../stacks/program/config.ts";
import { nextStep, type Origin } from "../../../stacks/program/next-step.ts";
import { ofCluster, refuse } from "../../../stacks/program/refuse.ts";
import { conflictError } from "../../../stacks/settings/parse.ts";

/** A stack whose file has values; `given` are keys that `bin/lab` was given instead. */
const sourceOf = (
  stack: string,
  values: Readonly<Record<string, string>>,
  given?: readonly string[],
): ConfigSource => ({
  project: "lab",
  stack,
  values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`lab:${key}`, value])),
  given,
  env: {},
});

/** What a check is refused with. */
function messageOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

const refusal = (stack: string, values: Readonly<Record<string, string>>) =>
  messageOf(() => resolveConfig(sourceOf(stack, values)));

/** The values without the one that a message says to take out. */
function takenOut(values: Readonly<Record<string, string>>, message: string): Readonly<Record<string, string>> {
  const [, key = ""] = /Take it out: pulumi config rm (\w+) --stack \w+$/.exec(message) ?? [];
  expect(values).toHaveProperty(key);
  return Object.fromEntries(Object.entries(values).filter(([other]) => other !== key));
}

describe("a saved value that is refused", () => {
  test.each([
    ["a mistyped key", { relicas: "4", active: "blue" }, "relicas"],
    ["a value that is none of the allowed ones", { greenRelease: "v9" }, "greenRelease"],
    ["a value that the default of another contradicts", { cpuRequestMillicores: "600" }, "cpuRequestMillicores"],
    ["a value that contradicts the default of another", { cpuLimitMillicores: "20" }, "cpuLimitMillicores"],
    ["an experiment that there is not", { experiment: "swtich" }, "experiment"],
  ])("%s: is named with the command that takes it out, which helps", (_what, values, key) => {
    const message = refusal("switch", values);
    expect(message).toContain(
      `Pulumi.switch.yaml has ${key}, as -c saves it. Take it out: pulumi config rm ${key} --stack switch`,
    );
    expect(() => resolveConfig(sourceOf("switch", takenOut(values, message)))).not.toThrow();
  });

  test("is one of several: each command takes out one of them", () => {
    let values: Readonly<Record<string, string>> = { relicas: "4", acive: "blue", greenRelease: "v9" };
    const refused: string[] = [];
    while (Object.keys(values).length > 0) {
      const message = refusal("switch", values);
      refused.push(/config (\w+):/.exec(message)?.[1] ?? "");
      values = takenOut(values, message);
    }
    expect(refused).toEqual(["relicas", "acive", "greenRelease"]);
  });

  test("whose default is refused as well is not to be taken out", () => {
    const values = { cpuRequestMillicores: "600", cpuLimitMillicores: "20" };
    expect(refusal("pod", values)).toMatch(
      /which is 20\. Its default is refused as well\. Set another value: pulumi config set cpuRequestMillicores <value> --stack pod$/,
    );
  });
});

describe("a value that contradicts what runs", () => {
  const { fault } = conflictError({
    key: "greenRelease",
    got: "v1",
    allowed: "v2",
    ways: [
      { what: "Keep it", config: { greenRelease: "v2" } },
      { what: "Or move users to blue first", config: { active: "blue" } },
    ],
  });
  const never = () => false;

  test("comes with the commands that are accepted", () => {
    const origin: Origin = { stack: "switch", values: { active: "green" } };
    expect(nextStep(origin, fault, never)).toBe(
      "Keep it: pulumi up --stack switch -c greenRelease=v2. Or move users to blue first: pulumi up --stack switch -c active=blue",
    );
  });

  test("is said to be saved, where -c has saved it", () => {
    const origin: Origin = { stack: "switch", values: { active: "green", greenRelease: "v1" } };
    expect(nextStep(origin, fault, never)).toMatch(
      /-c active=blue\. Pulumi\.switch\.yaml has greenRelease=v1, as -c saves it$/,
    );
    expect(nextStep({ ...origin, given: ["greenRelease"] }, fault, never)).not.toContain("as -c saves it");
  });

  test("in a run of bin/lab with that one's commands, and with what it was given", () => {
    const origin: Origin = { stack: "switch", values: { active: "green", replicas: "2" }, given: ["active"] };
    expect(nextStep(origin, fault, never)).toBe(
      "Keep it: bin/lab up switch --active green --greenRelease v2. Or move users to blue first: bin/lab up switch --active blue",
    );
  });
});

describe("a check of more than config", () => {
  const tooMany = ({ settings }: ReturnType<typeof resolveConfig>) => {
    if (Number(settings.replicas) > 9) throw new UserError("the rollout does not fit.");
  };
  const check = (values: Readonly<Record<string, string>>, given?: readonly string[]) => {
    const source = sourceOf("rolling", values, given);
    refuse(source, resolveConfig(source), ["maxSurge", "replicas"], tooMany);
  };

  test("names the saved value without which it passes", () => {
    expect(() => check({ replicas: "9" })).not.toThrow();
    expect(messageOf(() => check({ maxSurge: "1", replicas: "40" }))).toBe(
      "the rollout does not fit. Pulumi.rolling.yaml has replicas, as -c saves it. Take it out: pulumi config rm replicas --stack rolling",
    );
  });

  test("says no more of a value that was given for one run", () => {
    expect(messageOf(() => check({ replicas: "40" }, ["replicas"]))).toBe("the rollout does not fit.");
  });
});

test("a cluster that does not answer may be none that the user meant", async () => {
  const silent = () => Promise.reject(new UserError("minikube has no profile absent."));
  await expect(ofCluster(sourceOf("dev", { profile: "absent" }), silent())).rejects.toThrow(
    "minikube has no profile absent. If absent is not the profile that you mean: pulumi config rm profile --stack dev",
  );
  for (const source of [
    sourceOf("dev", { profile: "minikube" }),
    sourceOf("dev", { profile: "absent" }, ["profile"]),
  ]) {
    await expect(ofCluster(source, silent())).rejects.toThrow(/absent\.$/);
  }
});
