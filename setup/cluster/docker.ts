import { spawn } from "node:child_process";
import { copyFile, mkdir, open, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../common/user-error.ts";
import { replace } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { dockerWords, linuxSystem } from "../machine/system.ts";
import { ensureSystemPackages } from "../machine/system-packages.ts";

const pidFile = "/var/run/docker.pid";
const startTimeoutMs = 60_000;
const sysResourceBit = 24n;

/** A docker daemon that answers. */
export interface DockerEngine {
  readonly version: string;
  /** Whether it starts containers through our OCI-runtime shim. */
  readonly shim: boolean;
  /** The context by which docker's command found it. */
  readonly context: string;
}

/** Asks the local docker daemon for its version and runtime; undefined if none answers. */
export async function inspectDocker(outside: Outside): Promise<DockerEngine | undefined> {
  if (!(await outside.which("docker"))) return undefined;
  const result = await outside.run("docker", ["info", "--format", "{{json .}}"], { timeoutMs: 20_000 });
  if (result.exitCode !== 0) return undefined;
  const info = JSON.parse(result.stdout) as {
    readonly ServerVersion?: string;
    readonly DefaultRuntime?: string;
    readonly ClientInfo?: { readonly Context?: string };
  };
  if (!info.ServerVersion) return undefined;
  const context = info.ClientInfo?.Context ?? "default";
  return { version: info.ServerVersion, shim: info.DefaultRuntime === runtimeName, context };
}

const runtimeName = "online-inference";

/** Whether a process lacks CAP_SYS_RESOURCE in its bounding set: it cannot raise limits, so its containers need the shim. */
export async function lacksSysResource(process: number | "self" = "self"): Promise<boolean> {
  const status = await readFile(`/proc/${process}/status`, "utf8").catch(() => "");
  const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
  return bounding !== undefined && (BigInt(`0x${bounding}`) & (1n << sysResourceBit)) === 0n;
}

/** What `ensureDocker` works with. */
export interface DockerContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly report: Report;
  /** Builds the OCI-runtime shim and returns its path; called only if the shim is needed. */
  readonly shim: () => Promise<string>;
}

/**
 * Makes sure that a docker daemon answers: by systemd for root, and on a Linux machine without it by starting dockerd itself.
 * @throws {UserError} if the system itself has to start docker, with the command that does so.
 */
export async function ensureDocker(context: DockerContext): Promise<DockerEngine> {
  const { outside } = context;
  const needsShim = outside.platform === "linux" && (await lacksSysResource());
  // A daemon may be set to the shim already, while the cache with the shim was emptied: put it in its place in any case.
  const shim = needsShim ? await placeShim(context) : undefined;
  const running = await inspectDocker(outside);
  if (running) {
    // Without a pid file the daemon may run elsewhere, behind a mounted socket, with other capabilities than this process.
    const pid = await daemonPid();
    if (needsShim && !running.shim && pid !== undefined && (await lacksSysResource(pid))) {
      throw new UserError(
        "the running docker daemon cannot start containers here: this machine lacks CAP_SYS_RESOURCE and the daemon does not use " +
          "the OCI-runtime shim. End it (kill $(cat /var/run/docker.pid)) and run the same command again, which starts it with the shim.",
      );
    }
    return running;
  }
  if (!(await startService(context))) {
    await installDocker(outside, context.report);
    await context.report.during("starting dockerd", 5, () => startDaemon(context, shim));
  }
  const started = await inspectDocker(outside);
  if (!started) throw daemonError(context.paths, "it does not answer");
  return started;
}

/**
 * Starts docker where systemd is there to do so and this user may: it is installed first where it is missing. Returns whether
 * one answers then.
 * @throws {UserError} if only the user can start docker, with the words for this system.
 */
async function startService({ outside, report }: DockerContext): Promise<boolean> {
  if (await outside.which("docker")) await requireReachable(outside);
  if (outside.platform !== "linux") throw new UserError(`no docker daemon answers. ${await macWords(outside)}`);
  const system = await linuxSystem(outside);
  if (!outside.isRoot) throw new UserError(`no docker daemon answers. ${dockerWords(system)}`);
  if (!system.hasSystemd) return false;
  const canInstall = (await outside.which("apt-get")) !== undefined;
  if (!canInstall && !(await outside.which("dockerd")))
    throw new UserError(`no docker daemon answers. ${dockerWords(system)}`);
  if (canInstall) await installDocker(outside, report);
  await report.during("starting docker by systemd", 5, async () => {
    const result = await outside.run("systemctl", ["enable", "--now", "docker"], { timeoutMs: startTimeoutMs });
    if (result.exitCode !== 0)
      throw new UserError(
        `systemd cannot start docker: ${result.stderr.trim().split("\n").at(-1)}. See: journalctl -u docker; then run the same command again.`,
      );
  });
  return (await inspectDocker(outside)) !== undefined;
}

/**
 * Looks why docker's command gets no answer, where that is nothing that a start of docker would mend.
 * @throws {UserError} with what the user does about it.
 */
async function requireReachable(outside: Outside): Promise<void> {
  const { stderr } = await outside.run("docker", ["info"], { timeoutMs: 20_000 });
  const context = /context "(.*)": context not found/.exec(stderr)?.[1];
  if (context !== undefined) {
    throw new UserError(
      `docker's context ${context} does not exist. Choose one: docker context ls, docker context use NAME (and unset DOCKER_CONTEXT).`,
    );
  }
  // Rootless docker has a context of its own, which somebody has to choose.
  const socket = `${process.env.XDG_RUNTIME_DIR ?? ""}/docker.sock`;
  if (!outside.isRoot && (await outside.exists(socket))) {
    throw new UserError(
      `docker's command does not find the rootless daemon, whose socket is there: docker context use rootless, or export DOCKER_HOST=unix://${socket}`,
    );
  }
  if (/permission denied/i.test(stderr)) {
    throw new UserError(
      "the docker daemon may not be used by this user. Allow it: sudo usermod -aG docker $USER, then log in again.",
    );
  }
}

async function installDocker(outside: Outside, report: Report): Promise<void> {
  await ensureSystemPackages(outside, { dockerd: "docker.io", iptables: "iptables" }, report);
  // Newer releases of Debian ship docker's client in a separate package.
  await ensureSystemPackages(outside, { docker: "docker-cli" }, report);
}

/** What starts docker on a Mac, by what is installed there. */
async function macWords(outside: Outside): Promise<string> {
  const starts = { colima: "colima start", orb: "orb start", podman: "podman machine start" };
  const found: string[] = [];
  for (const [command, start] of Object.entries(starts)) if (await outside.which(command)) found.push(start);
  const ways = found.length > 0 ? found.join(", or: ") : "open -a Docker";
  return (
    `Start it: ${ways}. Or choose a VM driver for minikube ` +
    "(minikube config set driver vfkit) and run minikube start --container-runtime=docker."
  );
}

async function placeShim({ outside, paths, shim }: DockerContext): Promise<string> {
  const folder = join(paths.cache, "runtime");
  const place = join(folder, "oci-shim");
  await mkdir(folder, { recursive: true });
  const built = await shim();
  await replace(place, (scratch) => copyFile(built, scratch));
  const runc = (await outside.which("runc")) ?? "/usr/sbin/runc";
  await replace(`${place}.real`, (scratch) => symlink(runc, scratch));
  return place;
}

async function startDaemon(context: DockerContext, shim: string | undefined): Promise<void> {
  if (await awaitDaemon(context.outside)) return;
  const args: string[] = [];
  if (shim) {
    args.push("--add-runtime", `${runtimeName}=${shim}`, "--default-runtime", runtimeName);
  }
  await mkdir(context.paths.logs, { recursive: true });
  const log = await open(join(context.paths.logs, "dockerd.log"), "a");
  const daemon = spawn("dockerd", args, {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    // After plain `su`, root's PATH lacks the sbin folders.
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  daemon.unref();
  let ended: string | undefined;
  daemon.once("exit", (code) => {
    ended = `it ended with code ${code}`;
  });
  daemon.once("error", ({ message }) => {
    ended = message;
  });
  const deadlineMs = performance.now() + startTimeoutMs;
  while (!(await inspectDocker(context.outside))) {
    if (ended !== undefined) throw daemonError(context.paths, ended);
    if (performance.now() > deadlineMs)
      throw daemonError(context.paths, `it does not answer after ${startTimeoutMs / 1000} s`);
    await sleep(500);
  }
  await log.close();
}

/** The process id in dockerd's pid file; undefined if there is no such process. */
async function daemonPid(): Promise<number | undefined> {
  const pid = (await readFile(pidFile, "utf8").catch(() => "")).trim();
  if (!/^\d+$/.test(pid)) return undefined;
  const name = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  return name === "dockerd" ? Number(pid) : undefined;
}

/** Waits for a dockerd that is starting or stopping to finish that; returns whether one answers then. */
async function awaitDaemon(outside: Outside): Promise<boolean> {
  const deadlineMs = performance.now() + startTimeoutMs;
  for (let pid = await daemonPid(); pid !== undefined; pid = await daemonPid()) {
    if (await inspectDocker(outside)) return true;
    if (performance.now() > deadlineMs) {
      throw new UserError(
        `dockerd runs as process ${pid} but does not answer. End it (kill ${pid}) and run the same command again.`,
      );
    }
    await sleep(500);
  }
  // After a crash another program may have the number in the pid file. dockerd would take that program for itself and not start.
  await rm(pidFile, { force: true });
  return false;
}

function daemonError(paths: Paths, what: string): UserError {
  return new UserError(
    `dockerd could not be started: ${what}. Its log says why (in a container it needs --privileged): ${join(paths.logs, "dockerd.log")}. ` +
      "Mend that and run the same command again.",
  );
}
