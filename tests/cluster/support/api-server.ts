import { spawn } from "node:child_process";
import { execa } from "execa";
import { clusterDocker } from "../../../cli/suite.ts";
import { realOutside } from "../../../setup/machine/outside.ts";
import { profile } from "./lab.ts";

/** The API server goes on by itself after this time, if the test did not let it go on. */
const RESCUE_SECONDS = 60;

/**
 * Stops the process of minikube's API server (SIGSTOP), waits for `meanwhile`, and lets it go on again (SIGCONT). It goes on
 * even if `meanwhile` fails or this process is killed.
 */
export async function whileApiServerStandsStill<T>(meanwhile: () => Promise<T>): Promise<T> {
  // Ask minikube everything now: without its API server it answers nothing.
  const env = await clusterDocker(realOutside(), "minikube", profile);
  const named = ["--filter", "label=io.kubernetes.container.name=kube-apiserver"];
  const { stdout: id } = await execa("docker", ["ps", "--quiet", "--no-trunc", ...named], { env });
  const signal = (name: "STOP" | "CONT") => execa("docker", ["kill", "--signal", name, id], { env });
  const rescue = spawn("sh", ["-c", `sleep ${RESCUE_SECONDS}; docker kill --signal CONT ${id}`], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: "ignore",
  });
  rescue.unref();
  try {
    await signal("STOP");
    return await meanwhile();
  } finally {
    await signal("CONT");
    // The process group has the shell and the command that it waits for.
    if (rescue.pid !== undefined) process.kill(-rescue.pid);
  }
}
