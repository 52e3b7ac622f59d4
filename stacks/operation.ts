import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process that runs: its command line, and the number of the process that started it. */
type Running = { readonly args: readonly string[]; readonly parentId: number };

/** Finds a process by its number; undefined where it cannot be seen. */
type FindProcess = (id: number) => Running | undefined;

const DESTROY = ["destroy", "down", "dn"];
/** A command line that has one of these words as well, be it a stack's name, is not taken for a destroy's. */
const OTHERS = ["up", "update", "preview", "pre", "refresh", "watch", "import"];

/**
 * Whether Pulumi runs the program for a destroy, as it does with --run-program. Its engine tells a program whether it is a
 * preview and nothing else (`RunRequest` and `DeploymentInfo` of 3.250), so the command line of the Pulumi that started this
 * process is asked. What cannot be told is no destroy: then all is checked and registered.
 */
export function isDestroy(find: FindProcess = findProcess, id: number = process.ppid): boolean {
  const seen = new Set<number>();
  for (let running = find(id); running && !seen.has(running.parentId); running = find(running.parentId)) {
    seen.add(running.parentId);
    const [command = "", ...words] = running.args;
    if (basename(command) !== "pulumi") continue;
    return words.some((word) => DESTROY.includes(word)) && !words.some((word) => OTHERS.includes(word));
  }
  return false;
}

function findProcess(id: number): Running | undefined {
  try {
    if (process.platform === "linux") {
      return fromProc(readFileSync(`/proc/${id}/status`, "utf8"), readFileSync(`/proc/${id}/cmdline`, "utf8"));
    }
    return fromPs(execFileSync("ps", ["-o", "ppid=,args=", "-p", String(id)], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}

/** Reads what Linux tells of a process. */
export const fromProc = (status: string, commandLine: string): Running => ({
  args: commandLine.split("\0").slice(0, -1),
  parentId: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]),
});

/** Reads what ps prints of a process; the path of Pulumi may have blanks in it, which nothing sets apart from those between words. */
export function fromPs(line: string): Running {
  const [, parentId, command = "", words = ""] = /^\s*(\d+)\s+(.*?\/pulumi(?=\s|$)|\S+)\s*(.*)$/m.exec(line) ?? [];
  return { args: [command, ...words.split(/\s+/).filter(Boolean)], parentId: Number(parentId) };
}
