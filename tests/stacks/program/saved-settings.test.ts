import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { savedSettings } from "../../../stacks/program/saved-settings.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const salt = "encryptionsalt: v1:abc=:v1:def:ghi==\n";

async function saidOf(text: string | undefined) {
  const folder = await scratchFolder();
  if (text !== undefined) await writeFile(join(folder, "Pulumi.switch.yaml"), text);
  return savedSettings("switch", folder);
}

test("nothing is said of a file as it is committed, nor of one that is not there", async () => {
  expect(await saidOf(salt)).toBeUndefined();
  expect(await saidOf(`${salt}config: {}\n`)).toBeUndefined();
  expect(await saidOf(undefined)).toBeUndefined();
});

test("saved settings are said where they take effect, with one command for the way back", async () => {
  const config = "config:\n  online-inference:greenRelease: v2\n  online-inference:active: green\n";
  expect(await saidOf(salt + config)).toBe(
    'Pulumi.switch.yaml holds greenRelease=v2, active=green: -c and "pulumi config set" save there, and every later command ' +
      "goes by it. The way back: bin/lab down switch --reset",
  );
});

test("a secret stays one", async () => {
  const config =
    "config:\n  online-inference:registryPassword:\n    secure: v1:xyz\n  docker:host: tcp://10.0.0.1:2376\n";
  expect(await saidOf(salt + config)).toContain("holds registryPassword=[secret], docker:host=tcp://10.0.0.1:2376:");
});
