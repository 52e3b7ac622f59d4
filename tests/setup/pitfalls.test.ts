import { describe, expect, test } from "vitest";
import { realOutside } from "../../setup/machine/outside.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { credentialsProblem, passphraseProblem } from "../../setup/pitfalls.ts";
import { fakeOutside } from "./support/fake-outside.ts";

describe("a passphrase of the user's own", () => {
  const checkout = resolvePaths();
  const outside = realOutside();
  const problem = (env: NodeJS.ProcessEnv) => passphraseProblem(outside, checkout, "pod", env);

  test("that does not open a stack's file is named, with the way out", async () => {
    expect(await problem({ PULUMI_CONFIG_PASSPHRASE: "for other work" })).toBe(
      "environment PULUMI_CONFIG_PASSPHRASE: it holds a passphrase that does not open Pulumi.pod.yaml, which is made for the " +
        "empty one. For one command alone: PULUMI_CONFIG_PASSPHRASE= before it; for this shell: export PULUMI_CONFIG_PASSPHRASE=",
    );
    const file = { PULUMI_CONFIG_PASSPHRASE_FILE: `${checkout.project}/package.json` };
    expect(await problem(file)).toContain("environment PULUMI_CONFIG_PASSPHRASE_FILE: it holds");
  });

  test.each([[{}], [{ PULUMI_CONFIG_PASSPHRASE: "" }]])("is none in %j", async (env) => {
    expect(await problem(env)).toBeUndefined();
  });

  test("that opens the file of a stack of one's own is right", async () => {
    // Written by Pulumi 3.250.0: pulumi stack init, with the passphrase of this test.
    const salt = "v1:mtlVwLB1D20=:v1:ZzwveZLYKnmK1Is0:pgcedXkvVdR0YnFM2TJp/jR/pxfyZw==";
    const texts = { "/checkout/Pulumi.mine.yaml": `encryptionsalt: ${salt}\n` };
    const ask = (PULUMI_CONFIG_PASSPHRASE: string) =>
      passphraseProblem(fakeOutside({ texts }), { project: "/checkout" }, "mine", { PULUMI_CONFIG_PASSPHRASE });
    expect(await ask("correct horse")).toBeUndefined();
    expect(await ask("wrong")).toContain("does not open Pulumi.mine.yaml, which is made for another one");
  });
});

describe("docker's config", () => {
  const problem = (text: string, commands: Readonly<Record<string, string>> = {}) =>
    credentialsProblem(fakeOutside({ texts: { "/home/.docker/config.json": text }, commands }), { HOME: "/home" });
  const left = '{\n  "auths": {},\n  "credsStore": "desktop"\n}\n';

  test("that names an absent helper is a problem, with its line", async () => {
    expect(await problem(left)).toBe(
      '/home/.docker/config.json, line 3: "credsStore" names desktop, and there is no docker-credential-desktop on the PATH, so ' +
        "that Pulumi's docker plugin fails at every build. Take that line out, or install the helper",
    );
  });

  test("is none where the helper is there, or none is named", async () => {
    expect(await problem(left, { "docker-credential-desktop": "/usr/bin/docker-credential-desktop" })).toBeUndefined();
    expect(await problem("{}")).toBeUndefined();
    expect(await credentialsProblem(fakeOutside({}), { HOME: "/home" })).toBeUndefined();
  });
});
