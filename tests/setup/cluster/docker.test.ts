import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ensureDocker, inspectDocker } from "../../../setup/cluster/docker.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

const info = "docker info --format {{json .}}";
const installed = { docker: "/usr/bin/docker" };

async function bringUp(machine: FakeMachine) {
  const outside = fakeOutside(machine);
  const shim = async () => fileURLToPath(import.meta.url);
  return ensureDocker({ outside, paths: await scratchPaths(), report: recordingReport(), shim });
}

describe("the docker daemon", () => {
  test("is described by what it says of itself", async () => {
    const answer = { stdout: JSON.stringify({ ServerVersion: "28.2.2", DefaultRuntime: "runc" }) };
    const outside = fakeOutside({ commands: installed, answers: { [info]: answer } });
    expect(await inspectDocker(outside)).toEqual({ version: "28.2.2", shim: false });
  });

  test.each([
    ["no client is installed", {}],
    ["it does not answer", { commands: installed }],
    ["only the client answers", { commands: installed, answers: { [info]: { stdout: '{"ServerVersion":""}' } } }],
  ] satisfies [string, FakeMachine][])("counts as absent when %s", async (_case, machine) => {
    expect(await inspectDocker(fakeOutside(machine))).toBeUndefined();
  });

  test.each([
    ["on macOS", { platform: "darwin" }, "open -a Docker"],
    ["under a service manager", { files: ["/run/systemd/system"] }, "sudo systemctl start docker"],
    ["without root", { isRoot: false }, "sudo dockerd &"],
  ] satisfies [string, FakeMachine, string][])(
    "when stopped %s is left to the user, with the command",
    async (_case, machine, command) => {
      await expect(bringUp({ commands: installed, ...machine })).rejects.toThrow(command);
    },
  );
});
