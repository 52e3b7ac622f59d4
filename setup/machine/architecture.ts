import { execFileSync } from "node:child_process";

/** Asks a Mac whether it has Apple's own chips; this name is absent on others. It says so to translated programs as well. */
const QUESTION = ["-n", "hw.optional.arm64"];

/**
 * The architecture of the machine itself. A Node.js for x64 runs on Apple's chips as well, translated by Rosetta, and then takes the
 * machine for one of Intel's: minikube for x64 refuses to start there.
 */
export function machineArchitecture(
  platform: NodeJS.Platform,
  nodeArch: NodeJS.Architecture,
  sysctl: (args: readonly string[]) => string = askSysctl,
): NodeJS.Architecture {
  if (platform !== "darwin" || nodeArch !== "x64") return nodeArch;
  return sysctl(QUESTION).trim() === "1" ? "arm64" : nodeArch;
}

function askSysctl(args: readonly string[]): string {
  try {
    return execFileSync("/usr/sbin/sysctl", [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

/** What a user is told whose Node.js is translated; undefined for all others. */
export const translationNote = (machine: NodeJS.Architecture, nodeArch: NodeJS.Architecture): string | undefined =>
  machine === nodeArch
    ? undefined
    : `this Node.js is for ${nodeArch}, and the machine is ${machine}: Rosetta translates it, which is slower. The tools are brought for ` +
      `${machine}. Install Node.js for ${machine}; or take this one from the PATH, and bin/lab brings its own`;
