import { expect, test } from "vitest";
import { describeMachine } from "../../../setup/doctor.ts";
import { machineArchitecture, translationNote } from "../../../setup/machine/architecture.ts";
import { officialReleases } from "../../../setup/tools/downloads.ts";
import { fakeOutside } from "../support/fake-outside.ts";

const asked: (readonly string[])[] = [];
/** Answers as macOS does; an Intel Mac does not know the name, and prints nothing on standard output. */
const sysctl = (answer: string) => (args: readonly string[]) => {
  asked.push(args);
  return answer;
};

test("a Node.js for x64 does not hide that a Mac has Apple's chips", () => {
  expect(machineArchitecture("darwin", "x64", sysctl("1\n"))).toBe("arm64");
  expect(machineArchitecture("darwin", "x64", sysctl(""))).toBe("x64");
  expect(asked).toEqual([
    ["-n", "hw.optional.arm64"],
    ["-n", "hw.optional.arm64"],
  ]);
});

test.each([
  ["darwin", "arm64"],
  ["linux", "x64"],
  ["linux", "arm64"],
] as const)("on %s a Node.js for %s is believed", (platform, arch) => {
  expect(machineArchitecture(platform, arch, sysctl("1"))).toBe(arch);
});

test("a translated Node.js is told, and gets the tools of the machine", async () => {
  const machine = { platform: "darwin", arch: "arm64", nodeArch: "x64", reachable: true } as const;
  const said = await describeMachine(fakeOutside(machine));
  expect(said).toContain("darwin arm64 (this Node.js is for x64, and the machine is arm64: Rosetta translates it");
  expect(await describeMachine(fakeOutside({ ...machine, nodeArch: "arm64" }))).toMatch(/^darwin arm64, root, /);
  expect(translationNote("x64", "x64")).toBeUndefined();
  expect(officialReleases("arm64").minikube.sources[0].url).toMatch(/-arm64$/);
});
