import { expect, test } from "vitest";
import { findBrowser } from "../../../setup/machine/system-packages.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";

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
