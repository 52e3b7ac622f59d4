import { expect, test } from "vitest";
import { ensureTestPackages, findBrowser } from "../../../setup/machine/system-packages.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport } from "../support/scratch.ts";

const onMac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

test.each([
  ["the one that CHROMIUM names", {}, "/opt/chrome", "/opt/chrome"],
  ["Debian's", { commands: { chromium: "/usr/bin/chromium", "google-chrome": "/g" } }, "", "/usr/bin/chromium"],
  ["Google's", { commands: { "google-chrome": "/usr/bin/google-chrome" } }, "", "/usr/bin/google-chrome"],
  ["a Mac's", { files: [onMac] }, "", onMac],
  ["none", {}, "", undefined],
] satisfies [string, FakeMachine, string, string | undefined][])(
  "the browser of the tests is %s",
  async (_which, machine, chosen, expected) => {
    expect(await findBrowser(fakeOutside(machine), chosen)).toBe(expected);
  },
);

const whole = { openssl: "/o", busybox: "/b", chromium: "/c", python3: "/p" };
const venv = { "python3 -c import ensurepip, venv": {} };

test("where images can be pulled, the tests' registry is one of them, and no package", async () => {
  const outside = fakeOutside({ commands: whole, answers: venv, reachable: true, platform: "darwin" });
  expect(await ensureTestPackages(outside, recordingReport())).toEqual({ CHROMIUM: "/c" });
  expect(outside.ran).toEqual(["python3 -c import ensurepip, venv"]);
});

test("where they cannot, it is Debian's, and a system without apt-get is told so", async () => {
  const commands = { ...whole, "apt-get": "/usr/bin/apt-get" };
  const install = "apt-get install -y -q --no-install-recommends docker-registry";
  const outside = fakeOutside({ commands, answers: { ...venv, "apt-get update -q": {}, [install]: {} } });
  await ensureTestPackages(outside, recordingReport());
  expect(outside.ran).toContain(install);
  await expect(ensureTestPackages(fakeOutside({ commands: whole }), recordingReport())).rejects.toThrow(
    "missing: docker-registry. This system has no apt-get",
  );
});
