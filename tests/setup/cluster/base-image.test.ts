import { expect, test } from "vitest";
import { ensureBaseImage } from "../../../setup/cluster/base-image.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

const MAC: FakeMachine = { platform: "darwin", commands: { "apt-get": "/usr/bin/apt-get" } };
const FEDORA: FakeMachine = { platform: "linux" };

test.each([MAC, FEDORA])(
  "where no base image can be made, the way without one is named: $platform",
  async (machine) => {
    const made = ensureBaseImage(fakeOutside(machine), await scratchPaths(), recordingReport());
    await expect(made).rejects.toThrow(`needs Debian's packages (here: ${machine.platform})`);
    // Without this variable every later command looks again for what cannot be reached, whatever config says.
    await expect(made).rejects.toThrow("ONLINE_INFERENCE_SOURCE=download bin/lab up pod --baseImage NAME");
  },
);
