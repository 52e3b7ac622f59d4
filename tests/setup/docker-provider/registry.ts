import { randomInt, randomUUID } from "node:crypto";
import type { Container } from "dockerode";
import { connectionFrom } from "../../../setup/docker-provider/connection.ts";
import { buildRegistryImage, login, type RegistrySource } from "../../registry/image.ts";
import { config, docker } from "./target.ts";

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
export async function startRegistry(label: string, source?: RegistrySource): Promise<Registry> {
  const image = `docker-provider-test-registry-${randomUUID()}:v1`;
  await buildRegistryImage(connectionFrom(config, {}), image, label, source);
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
    if (log.includes("listening on")) return { address, ...login, empty, stop };
    await stop();
    if (attempt === 4) throw new Error(`The registry does not start: ${log}`);
  }
}

async function start(image: string, address: string): Promise<Container> {
  const container = await docker.createContainer({
    Image: image,
    Env: [`REGISTRY_HTTP_ADDR=${address}`],
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
