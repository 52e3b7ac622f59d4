import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isMadeByLab, loadMachineState, requireMachineState, saveMachineState } from "../../setup/machine-state.ts";
import { scratchPaths } from "./support/scratch.ts";

describe("what set-up decided", () => {
  test("is kept for later commands, which refuse a machine that was not set up", async () => {
    const paths = await scratchPaths();
    await expect(requireMachineState(paths)).rejects.toThrow("this machine is not set up yet. Run: bin/lab up pod");
    await saveMachineState(paths, { pulumiHome: "/own", profile: "lab2" });
    expect(await loadMachineState(paths)).toEqual({ pulumiHome: "/own", profile: "lab2" });
  });

  test("is read from the cache, where earlier versions kept it, until it is written anew", async () => {
    const paths = await scratchPaths();
    await mkdir(paths.cache, { recursive: true });
    await writeFile(join(paths.cache, "machine.json"), '{"pulumiHome":"/own"}');
    expect(await loadMachineState(paths)).toEqual({ pulumiHome: "/own" });
    await saveMachineState(paths, { profile: "lab2" });
    expect(await loadMachineState(paths)).toEqual({ profile: "lab2" });
  });

  test.each(["{", '{"profile":7}', "null"])("counts as nothing where the file is damaged: %s", async (text) => {
    const paths = await scratchPaths();
    await mkdir(paths.home, { recursive: true });
    await writeFile(join(paths.home, "machine.json"), text);
    expect(await loadMachineState(paths)).toBeUndefined();
  });
});

test("a profile's looks count only where the names were not written down", () => {
  const looks = { name: "minikube", looksLabMade: true };
  expect(isMadeByLab({}, looks)).toBe(true);
  expect(isMadeByLab({ madeByLab: [] }, looks)).toBe(false);
  expect(isMadeByLab({ madeByLab: ["minikube"] }, { ...looks, looksLabMade: false })).toBe(true);
});
