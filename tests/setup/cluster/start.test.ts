import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProfile } from "../../../setup/cluster/start.ts";
import { realOutside } from "../../../setup/machine/outside.ts";
import { recordingReport, scratchFolder, scratchPaths } from "../support/scratch.ts";

/** An event as minikube's register package prints it. */
const event = (kind: string, data: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    specversion: "1.0",
    id: "3f7a5b8c-2d1e-4f60-9a7b-0c1d2e3f4a5b",
    source: "https://minikube.sigs.k8s.io/",
    type: `io.k8s.sigs.minikube.${kind}`,
    datacontenttype: "application/json",
    data,
  });

/** Starts a profile by a minikube that prints some lines and ends. */
async function start(lines: readonly string[], exitCode: number, isNew = true) {
  const folder = await scratchFolder();
  const minikube = join(folder, "minikube");
  await writeFile(minikube, `#!/bin/sh\ncat <<'END'\n${lines.join("\n")}\nEND\nexit ${exitCode}\n`);
  await chmod(minikube, 0o755);
  const report = recordingReport();
  const context = { outside: realOutside(), paths: await scratchPaths(), report, minikube, profile: "lab" };
  const error = await startProfile(context, { driver: "docker" }, isNew).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return { lines: report.lines, error };
}

describe("the first minikube start", () => {
  test("shows its steps and downloads", async () => {
    const { lines, error } = await start(
      [
        event("step", {
          currentstep: "5",
          message: "Pulling base image v0.0.47 ...\n",
          name: "Pulling Base Image",
          totalsteps: "19",
        }),
        event("download", { artifact: "preloaded-images.tar.lz4", currentstep: "6", totalsteps: "19" }),
        event("download.progress", {
          artifact: "preloaded-images.tar.lz4",
          progress: "0.4312",
          currentstep: "6",
          totalsteps: "19",
        }),
        "not an event",
        event("info", { message: "Using image gcr.io/k8s-minikube/storage-provisioner:v5" }),
      ],
      0,
    );
    expect(error).toBeUndefined();
    const what = "starting minikube profile lab";
    expect(lines).toEqual([
      what,
      `${what}: Pulling base image v0.0.47`,
      `${what}: downloading preloaded-images.tar.lz4`,
      `${what}: downloading preloaded-images.tar.lz4 43 %`,
    ]);
  });

  const failed = event("error", {
    advice: "Ensure that Docker Desktop\nhas enough memory",
    exitcode: "29",
    issues: "",
    message: "Docker Desktop has only 1988MB memory",
    name: "RSRC_DOCKER_STORAGE",
    url: "https://docs.docker.com/docker-for-mac/#resources",
  });

  test("that fails keeps minikube's reason, its advice and its page, in one line", async () => {
    const { error } = await start([failed], 29);
    expect(error).toContain(
      "minikube start failed: Docker Desktop has only 1988MB memory. minikube's advice: Ensure that Docker Desktop has enough " +
        "memory (https://docs.docker.com/docker-for-mac/#resources). Mend that and run the same command again.",
    );
    expect(error).not.toContain("\n");
    expect(error).toContain("To begin anew: minikube delete -p lab");
  });

  test("of a profile that was there says nothing of deleting it", async () => {
    expect((await start([failed], 29, false)).error).not.toContain("delete");
  });

  test("that fails in words has those, the advice among them", async () => {
    const { error } = await start(["X Exiting due to MK_USAGE: no such flag", "* Suggestion: read the manual"], 64);
    expect(error).toContain("X Exiting due to MK_USAGE: no such flag * Suggestion: read the manual");
  });
});
