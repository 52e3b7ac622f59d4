import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** How a command ended; `exitCode` is undefined when it could not be started or did not end in time. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** What set-up asks of the world outside, so that its decisions can be tested without one. */
export interface Outside {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  readonly isRoot: boolean;
  run(file: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The absolute path of a command on PATH, commands of npm packages left aside. */
  which(name: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  /** Whether a web site answers at all, whatever it answers, within a few seconds. */
  reachable(url: string): Promise<boolean>;
}

/** Kubernetes' download site: where it answers, minikube can fetch its images too; else all is made from package registries. */
export const internetSite = "https://dl.k8s.io";

const npmCommands = join("node_modules", ".bin");
const connectTimeoutMs = 4_000;

/** The real world, as seen through `env` (its PATH above all). */
export function realOutside(env: NodeJS.ProcessEnv = process.env): Outside {
  const exists = (path: string, mode = constants.F_OK) =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  return {
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    exists: (path) => exists(path),
    async which(name) {
      for (const folder of (env.PATH ?? "").split(delimiter)) {
        // npm puts its packages' commands first; the one named pulumi only looks for the real one.
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
      });
      const result = await child;
      return {
        exitCode: result.timedOut ? undefined : result.exitCode,
        stdout: result.stdout ?? "",
        stderr: (result.stderr || result.originalMessage) ?? "",
      };
    },
    async reachable(url) {
      try {
        await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(connectTimeoutMs) });
        return true;
      } catch {
        return false;
      }
    },
  };
}
