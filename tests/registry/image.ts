import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { buildImage } from "../../setup/docker-provider/build.ts";
import type { Connection } from "../../setup/docker-provider/connection.ts";
import { Daemon } from "../../setup/docker-provider/daemon.ts";
import { readInputs } from "../../setup/docker-provider/inputs.ts";
import { copyPrograms, makeFolder } from "../setup/docker-provider/folder.ts";

/** Where a registry's program comes from: an image to build on, the program's place in it, and what is copied into it. */
export interface RegistrySource {
  readonly from: string;
  readonly program: string;
  copyInto(root: string): Promise<void>;
}

const PROGRAM = "/usr/bin/docker-registry";

/** Debian's program with its libraries, for machines that reach no image registry. */
export const debians: RegistrySource = {
  from: "scratch",
  program: PROGRAM,
  copyInto: (root) => copyPrograms(root, [PROGRAM]),
};

/** The image that the registry's makers publish; the daemon pulls it. */
export const published: RegistrySource = {
  from: "registry:2.8.3@sha256:a3d8aaa63ed8681a604f1dea0aa03f100d5895b6a58ace528858a7b332415373",
  program: "/bin/registry",
  copyInto: async () => undefined,
};

/** A user of the registry. The plain password stands here alone, and in the tests that look for it. */
export const login = { username: "alice", password: "correct-horse-battery" };

/** The user's line in the password file. The registry accepts bcrypt alone. */
const HTPASSWD = "alice:$2b$05$tBo84Sn3XvpQR6npjzZFX.9WeC5nFQn4tnuD2APtsdvMNbcVIApiq\n";

/** Every request is written to the log. Where it listens, REGISTRY_HTTP_ADDR says. */
const CONFIGURATION = `version: 0.1
log: { accesslog: { disabled: false }, level: info }
storage: { filesystem: { rootdirectory: /data } }
http: { addr: "127.0.0.1:5000" }
auth: { htpasswd: { realm: test, path: /htpasswd } }
`;

/** Builds an image of a registry that asks for `login`, in a daemon: Debian's program where it is installed, else the published one. */
export async function buildRegistryImage(
  connection: Connection,
  name: string,
  label = "online-inference-test=registry",
  source: RegistrySource = existsSync(PROGRAM) ? debians : published,
): Promise<void> {
  const entrypoint = JSON.stringify([source.program, "serve", "/config.yml"]);
  const folder = await makeFolder({
    Dockerfile: `FROM ${source.from}\nLABEL ${label}\nCOPY root /\nENTRYPOINT ${entrypoint}\nCMD []\n`,
    "root/htpasswd": HTPASSWD,
    "root/config.yml": CONFIGURATION,
    "root/data/keep": "",
    "root/tmp/keep": "",
  });
  try {
    await source.copyInto(join(folder, "root"));
    const image = readInputs({ imageName: name, skipPush: true, build: {} });
    const signal = new AbortController().signal;
    const daemon = new Daemon(connection);
    await buildImage(image, { daemon, programDir: folder, env: {}, signal, status() {}, warn() {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}
