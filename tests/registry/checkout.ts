import { randomUUID } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { RESERVED_NODE_PORTS } from "../../common/lab-node-ports.ts";
import { PROGRAM, project } from "../cluster/support/lab.ts";

/** A copy of the program with one stack. It has its own state and passphrase, because the committed stacks keep no secrets. */
export interface Checkout {
  readonly folder: string;
  /** Where Pulumi keeps the stack's state. */
  readonly state: string;
  /** Sets config values. A secret goes through standard input, so that no list of processes shows it. */
  set(values: Readonly<Record<string, string>>): Promise<void>;
  setSecret(key: string, value: string): Promise<void>;
  /** Runs Pulumi on the stack; never throws, both streams are in `all`. */
  pulumi(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): Promise<void>;
}

/** The output of a command, and how it ended. */
interface Ran {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly all: string;
}

/** No experiment's, nor that of the stack dev: each of them may be up meanwhile. */
const NODE_PORT = String(RESERVED_NODE_PORTS.copiedProgram);

/** Copies the program, and makes a stack of the given name. */
export async function makeCheckout(stack: string): Promise<Checkout> {
  const scratch = await mkdtemp(join(tmpdir(), "online-inference-publish-"));
  const folder = join(scratch, "checkout");
  const state = join(scratch, "state");
  await mkdir(state);
  for (const item of [...PROGRAM, "charts"]) {
    const filter = (path: string) => !path.includes("node_modules");
    await cp(join(project, item), join(folder, item), { recursive: true, filter });
  }
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
  // A daemon does not ask the registry for a digest that it has pulled before, so every run makes another image.
  await appendFile(join(folder, "service", "src", "server.ts"), `\nprocess.title = "${randomUUID()}";\n`);
  const own = { PULUMI_BACKEND_URL: pathToFileURL(state).href, PULUMI_CONFIG_PASSPHRASE: "a passphrase of its own" };
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ""): Promise<Ran> => {
    const words = [...args, "--stack", stack, "--non-interactive"];
    const { exitCode, stdout, all } = await execa("pulumi", words, {
      cwd: folder,
      env: { ...own, ...env },
      input,
      reject: false,
      all: true,
    });
    return { exitCode, stdout, all };
  };
  const must = async (args: readonly string[], input?: string) => {
    const { exitCode, all } = await run(args, {}, input);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${all}`);
  };
  await execa("pulumi", ["stack", "init", stack, "--non-interactive"], { cwd: folder, env: own });
  await must(["config", "set", "nodePort", NODE_PORT]);
  return {
    folder,
    state,
    async set(values) {
      for (const [key, value] of Object.entries(values)) await must(["config", "set", key, value]);
    },
    setSecret: (key, value) => must(["config", "set", "--secret", key], value),
    pulumi: run,
    remove: () => rm(scratch, { recursive: true }),
  };
}
