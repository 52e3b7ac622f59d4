import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Type from "typebox";
import { Check } from "typebox/value";
import type { AskDocker, DockerEndpoint } from "./docker.ts";

/** Where the daemons inside minikube's nodes were found last. */
export type DockerMemory = {
  /** The daemon of a profile's node; undefined unless the one that answers there says that it is in that node. */
  readonly recall: (profile: string) => Promise<DockerEndpoint | undefined>;
  readonly remember: (profile: string, endpoint: DockerEndpoint) => Promise<void>;
};

const memorySchema = Type.Object({ home: Type.String(), host: Type.String(), certPath: Type.String() });
const infoSchema = Type.Object({ Name: Type.String() });

/** A daemon on this machine answers in milliseconds; a node that is gone must not be waited for. */
const TIMEOUT_MS = 1_500;

/**
 * The memory in the lab's cache. `minikube docker-env` takes a third of a second, since it inspects the node and logs in there. Nothing
 * is believed: another profile may have taken over the address, with certificates of the same authority, so the daemon itself
 * has to name the node, whose name is the profile's. `home` is minikube's own folder: two of them may each have a profile of one name.
 */
export function dockerMemory(home: string, cache: string, ask: AskDocker): DockerMemory {
  const fileOf = (profile: string) => join(cache, "minikube-docker", `${profile}.json`);
  return {
    async recall(profile) {
      try {
        const kept: unknown = JSON.parse(await readFile(fileOf(profile), "utf8"));
        if (!Check(memorySchema, kept) || kept.home !== home) return undefined;
        const endpoint = { host: kept.host, certPath: kept.certPath };
        const { status, body } = await ask(endpoint, { path: "/info", timeoutMs: TIMEOUT_MS });
        return status === 200 && Check(infoSchema, body) && body.Name === profile ? endpoint : undefined;
      } catch {
        return undefined;
      }
    },
    async remember(profile, endpoint) {
      const file = fileOf(profile);
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, JSON.stringify({ home, ...endpoint }));
      } catch {
        // Where the cache cannot be written, minikube is asked each time.
      }
    },
  };
}
