import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import { resolvePaths } from "../setup/machine/paths.ts";
import { type Flags, readFlags } from "./flags.ts";
import { requireCommands } from "./install.ts";
import { LOAD_CORE } from "./load.ts";
import { machineFacts } from "./machine.ts";
import { PEERS } from "./peers.ts";
import { type Prepared, prepareOurs, preparePeer, readExpected } from "./prepare.ts";
import { findPythons } from "./python.ts";
import { copyToDocs, writeResults } from "./report/write.ts";
import { newGrowing, runRounds, toResults } from "./rounds.ts";
import { killServers } from "./serve.ts";

const note = (line: string) => console.error(line);
// Gives the benchmark precedence over other work of the machine; servers and load generators inherit it.
const NICENESS = -10;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function main({ peers: names, rounds, quick, docs }: Flags): Promise<void> {
  await requireCommands();
  const paths = resolvePaths();
  // This process polls and reads files, so it is kept off the servers' core.
  await execa("taskset", ["-cp", String(LOAD_CORE), String(process.pid)]);
  const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const folder = join(paths.project, "reports", "bench", time.replaceAll(":", ""));

  const peers = PEERS.filter(({ name }) => names.includes(name));
  const pythons = peers.some(({ runtime }) => runtime === "python") ? await findPythons() : undefined;
  note("building the service");
  const ours = await prepareOurs(paths);
  const ground = { paths, ours, ...(pythons && { python: pythons.used }) };
  const prepared: Prepared[] = [];
  for (const peer of peers) {
    note(`preparing ${peer.name} (the first time up to 3 minutes)`);
    prepared.push(await preparePeer(peer, ground));
  }
  const scratch = await mkdtemp(join(tmpdir(), "bench-"));
  process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const growing = newGrowing();
  takePrecedence();
  const machine = await machineFacts(pythons);
  const save = (done: number) =>
    writeResults(folder, toResults({ time, machine, rounds: done, quick, prepared }, growing));
  try {
    await runRounds({ prepared, rounds, quick, scratch, note, save, expected: readExpected(paths) }, growing);
  } finally {
    killServers();
  }
  note(`written: ${folder}`);
  if (docs) await copyToDocs(folder, join(paths.project, "docs"));
}

function takePrecedence(): void {
  try {
    setPriority(NICENESS);
  } catch {
    note("only root may go before other work of the machine: expect the figures to spread more");
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    killServers();
    note("interrupted: what the finished rounds gave is in reports/bench");
    process.exit(EXIT_INTERRUPTED);
  });
}

try {
  await main(
    readFlags(
      process.argv.slice(2),
      PEERS.map(({ name }) => name),
    ),
  );
} catch (error) {
  killServers();
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = EXIT_USAGE;
}
