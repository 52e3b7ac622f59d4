import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { machineArchitecture } from "./architecture.ts";
import { chosenSource, reachability } from "./web.ts";

/** How a command ended; `exitCode` is undefined if it could not be started or did not end in time. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Hears each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Ends the command when it prints nothing for so long. */
  readonly silenceMs?: number;
  /** Ends the command when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The effects that set-up's decisions depend on; tests replace them. */
export interface Outside {
  readonly platform: NodeJS.Platform;
  /** Of the machine itself, for which tools are brought. */
  readonly arch: NodeJS.Architecture;
  /** Of the Node.js that runs this; a Mac may translate it. */
  readonly nodeArch: NodeJS.Architecture;
  readonly isRoot: boolean;
  run(file: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The absolute path of a command on PATH, without the commands of npm packages; undefined if there is none. */
  which(name: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  /** The text of a file; undefined if it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Whether a web site of the makers gives any answer within a few seconds; ONLINE_INFERENCE_SOURCE decides it without a question. */
  reachable(url: string): Promise<boolean>;
}

/** Kubernetes' download site. If it answers, minikube can download images too; else everything is built from package registries. */
export const internetSite = "https://dl.k8s.io";

const npmCommands = join("node_modules", ".bin");

/**
 * The real effects. Commands run with `env`, and are looked for on its PATH.
 * @throws {UserError} where ONLINE_INFERENCE_SOURCE has no allowed value.
 */
export function realOutside(env: NodeJS.ProcessEnv = process.env): Outside {
  const source = chosenSource(env);
  const isReached = reachability();
  const exists = (path: string, mode = constants.F_OK) =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  return {
    platform: process.platform,
    arch: machineArchitecture(process.platform, process.arch),
    nodeArch: process.arch,
    isRoot: process.getuid?.() === 0,
    exists: (path) => exists(path),
    read: (path) => readFile(path, "utf8").catch(() => undefined),
    async which(name) {
      for (const folder of (env.PATH ?? "").split(delimiter)) {
        // npm puts the commands of packages first on PATH. Its command `pulumi` only looks for the real one.
        if (folder.endsWith(npmCommands)) continue;
        const candidate = join(folder, name);
        if (folder && (await exists(candidate, constants.X_OK))) return candidate;
      }
      return undefined;
    },
    async run(file, args, options = {}) {
      const child = execa(file, args, {
        reject: false,
        stdin: "ignore",
        env: { ...env, ...options.env },
        extendEnv: false,
        ...(options.cwd ? { cwd: options.cwd } : {}),
        ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
        ...(options.signal ? { cancelSignal: options.signal } : {}),
      });
      const silence = options.silenceMs === undefined ? undefined : endSilent(child, options.silenceMs);
      if (silence) child.stdout.on("data", () => silence.refresh());
      if (options.onLine) createInterface({ input: child.stdout }).on("line", options.onLine);
      const result = await child;
      clearTimeout(silence);
      return {
        exitCode: result.timedOut ? undefined : result.exitCode,
        stdout: result.stdout ?? "",
        stderr: (result.stderr || result.originalMessage) ?? "",
      };
    },
    reachable: async (url) => (source === undefined ? isReached(url) : source === "download"),
  };
}

const endSilent = (child: { readonly kill: () => unknown }, silenceMs: number): NodeJS.Timeout =>
  setTimeout(() => child.kill(), silenceMs);
