import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { localDocker } from "../../../stacks/images/local-docker.ts";

// Against docker's own command, whose files are read: images may also be built where only a daemon is, and no command.
test("a context that docker's own command made and chose is the one that builds", async () => {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-contexts-"));
  const env = { DOCKER_CONFIG: folder, DOCKER_HOST: "", DOCKER_CONTEXT: "" };
  const docker = (...args: string[]) => execa("docker", ["context", ...args], { env });
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const found = () => localDocker({ env, home: folder, exists: existsSync, read });
  try {
    await docker("create", "rootless", "--docker", "host=unix:///run/user/1000/docker.sock");
    await docker("use", "rootless");
    expect(found()).toEqual({ host: (await docker("inspect", "--format", "{{.Endpoints.docker.Host}}")).stdout });
    await docker("use", "default");
    expect(found()).toEqual({ host: "unix:///var/run/docker.sock" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
