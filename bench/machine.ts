import { readFile } from "node:fs/promises";
import { arch, cpus, getPriority, loadavg, release, totalmem, type } from "node:os";
import { execa } from "execa";
import { type Pythons, pythonFacts } from "./python.ts";

/** Facts on which the figures depend, by name: the machine, and the programs that measure. */
export async function machineFacts(pythons: Pythons | undefined): Promise<Record<string, string>> {
  const first = async (command: string, ...args: string[]) => {
    const { all } = await execa(command, args, { all: true, reject: false });
    return (all ?? "").split("\n")[0]?.trim() ?? "";
  };
  return {
    processor: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${type()} ${release()} ${arch()}, ${await distribution()}`,
    "Node.js": process.version,
    ...(pythons && pythonFacts(pythons)),
    wrk: (await first("wrk", "-v")).replace(/ Copyright.*/, ""),
    h2load: await first("h2load", "--version"),
    "niceness of servers and load": String(getPriority()),
    "load average at the start": loadavg()
      .map((load) => load.toFixed(1))
      .join(", "),
  };
}

async function distribution(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? "unknown";
}
