import { createHash } from "node:crypto";
import { chmod, copyFile, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type Answer, archive, type Makers } from "../../setup/support/makers.ts";
import { programsOnly, scratchFolder } from "../../setup/support/scratch.ts";

export const project = fileURLToPath(new URL("../../..", import.meta.url));
/** The version of Node.js that bin/lab brings. */
export const version = /^node_version=(.+)$/m.exec(await readFile(join(project, "bin", "lab"), "utf8"))?.[1] ?? "";
const os = process.platform === "darwin" ? "darwin" : "linux";
/** The name of its archive, without the ending. */
export const name = `node-v${version}-${os}-${process.arch === "arm64" ? "arm64" : "x64"}`;
export const site = `nodejs.org/dist/v${version}`;

/** What every system has of its own; `sha256sum` is `shasum` on a Mac. */
const OWN = (
  "awk basename cat chmod cmp cp date dirname git grep gzip id ln ls mkdir mv readlink rm sed sleep tail tar tr uname " +
  (os === "darwin" ? "shasum perl" : "sha256sum")
).split(" ");

/** Node.js as its makers publish it: an archive and a list of sums. Its `node` says how it is called, and so does its `npm`, which then runs `install`. */
export async function nodeFiles(
  node = 'if [ "$1" = --version ]; then echo v24.1.0; else echo "node $*"; fi',
  install = ":",
): Promise<Readonly<Record<string, Answer>>> {
  const content = await archive(name, {
    "bin/node": node,
    "bin/npm": `echo "npm $* with NODE_USE_SYSTEM_CA=$NODE_USE_SYSTEM_CA"; ${install}`,
  });
  const sum = createHash("sha256").update(content).digest("hex");
  const sums = `${"0".repeat(64)}  node-v${version}.pkg\n${sum}  ${name}.tar.gz\n`;
  return { [`${site}/${name}.tar.gz`]: content, [`${site}/SHASUMS256.txt`]: Buffer.from(sums) };
}

/**
 * A machine with a checkout and without Node.js, and the programs that are named beside a system's own. These and the shell are
 * those of this machine, or all of them BusyBox, by its path, as on Alpine and in small images.
 */
export async function bareMachine(
  programs: readonly string[],
  makers: Pick<Makers, "env" | "authority">,
  busybox?: string,
) {
  const home = await scratchFolder();
  const checkout = join(home, "online-inference");
  for (const file of ["bin/lab", "setup/machine/lock.sh", "package.json", "package-lock.json"]) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await copyFile(join(project, file), join(checkout, file));
  }
  await cp(join(project, "setup", "node"), join(checkout, "setup", "node"), { recursive: true });
  await mkdir(join(checkout, "node_modules"));
  const path = await programsOnly(...(busybox === undefined ? OWN : ["git"]), ...programs);
  if (busybox !== undefined) {
    for (const applet of OWN.filter((one) => one !== "git")) await symlink(busybox, join(path, applet));
  }
  const cache = join(home, ".cache", "online-inference");
  return {
    cache,
    checkout,
    /** The only folder on its PATH. */
    path,
    log: () => readFile(join(cache, "log", "npm-ci.log"), "utf8"),
    put: async (program: string, body: string) => {
      const file = join(path, program);
      await execa("rm", ["-f", file]);
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
    },
    /** Runs bin/lab. It leads a process group, as it does where a terminal starts it. */
    run: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      execa(busybox ?? "/bin/sh", [...(busybox ? ["sh"] : []), join(checkout, "bin", "lab"), ...args], {
        reject: false,
        detached: true,
        extendEnv: false,
        env: { HOME: home, PATH: path, ...makers.env, SSL_CERT_FILE: makers.authority, ...more },
      }),
  };
}

/** The surroundings of a machine whose proxy refuses everything. */
export const NO_MAKERS = {
  env: { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" },
  authority: "/dev/null",
};
