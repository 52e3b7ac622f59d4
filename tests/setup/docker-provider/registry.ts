import { randomInt, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Container } from "dockerode";
import { buildImage } from "../../../setup/docker-provider/build.ts";
import { connectionFrom } from "../../../setup/docker-provider/connection.ts";
import { Daemon } from "../../../setup/docker-provider/daemon.ts";
import { readInputs } from "../../../setup/docker-provider/inputs.ts";
import { copyPrograms, makeFolder } from "./folder.ts";
import { config, docker } from "./target.ts";

const PROGRAM = "/usr/bin/docker-registry";
const USER = "alice";
/** The line of the user alice in the password file. The registry accepts bcrypt alone. */
const HTPASSWD = "alice:$2b$05$tBo84Sn3XvpQR6npjzZFX.9WeC5nFQn4tnuD2APtsdvMNbcVIApiq\n";

/** A registry beside the daemon under test that asks for a password. */
export interface Registry {
  /** Host and port at which the daemon reaches it. */
  address: string;
  username: string;
  password: string;
  /** Starts it again at the same address, without images. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a registry in a container on the daemon's own network, wherever that daemon runs. */
export async function startRegistry(label: string): Promise<Registry> {
  if (!existsSync(PROGRAM)) throw new Error(`This test needs ${PROGRAM}: apt-get install docker-registry`);
  const image = await buildRegistryImage(label);
  for (let attempt = 0; ; attempt++) {
    // The daemon may run on another machine, whose free ports are unknown here: try random ones.
    const address = `127.0.0.1:${randomInt(20_000, 30_000)}`;
    let container = await start(image, address);
    const log = await untilListening(container);
    const stop = () => container.remove({ force: true, v: true });
    const empty = async () => {
      await stop();
      container = await start(image, address);
      await untilListening(container);
    };
    if (log.includes("listening on"))
      return { address, username: USER, password: "correct-horse-battery", empty, stop };
    await stop();
    if (attempt === 4) throw new Error(`The registry does not start: ${log}`);
  }
}

async function buildRegistryImage(label: string): Promise<string> {
  const folder = await makeFolder({
    Dockerfile: `FROM scratch\nLABEL ${label}\nCOPY root /\n`,
    "root/htpasswd": HTPASSWD,
    "root/config.yml": "version: 0.1\nstorage: {filesystem: {rootdirectory: /data}}\n",
    "root/tmp/keep": "",
  });
  await copyPrograms(join(folder, "root"), [PROGRAM]);
  const image = readInputs({
    imageName: `docker-provider-test-registry-${randomUUID()}:v1`,
    skipPush: true,
    build: {},
  });
  const daemon = new Daemon(connectionFrom(config, {}));
  const signal = new AbortController().signal;
  await buildImage(image, { daemon, programDir: folder, env: {}, signal, status() {}, warn() {} });
  await rm(folder, { recursive: true });
  return image.imageName;
}

async function start(image: string, address: string): Promise<Container> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: [PROGRAM, "serve", "/config.yml"],
    Env: [
      `REGISTRY_HTTP_ADDR=${address}`,
      "REGISTRY_AUTH=htpasswd",
      "REGISTRY_AUTH_HTPASSWD_REALM=test",
      "REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd",
    ],
    HostConfig: { NetworkMode: "host" },
  });
  await container.start();
  return container;
}

/** Reads the container's log until the registry listens or has ended. */
async function untilListening(container: Container): Promise<string> {
  let log = "";
  for await (const chunk of await container.logs({ follow: true, stdout: true, stderr: true })) {
    log += String(chunk);
    if (log.includes("listening on")) break;
  }
  return log;
}
