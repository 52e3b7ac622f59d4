import { randomUUID } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { connectionFrom } from "../../setup/docker-provider/connection.ts";
import { startRegistry } from "../setup/docker-provider/registry.ts";
import { config, docker, removeImages } from "../setup/docker-provider/target.ts";
import { buildRegistryImage, debians, login, published } from "./image.ts";

const label = `online-inference-test=${randomUUID()}`;

afterAll(() => removeImages(label));

// An image that is laid out as the published one stands for it, so that this runs without a registry to pull from.
test("a registry on the image that its makers publish asks for the login", async () => {
  const standIn = `online-inference-test-published-${randomUUID()}:v1`;
  await buildRegistryImage(connectionFrom(config, {}), standIn, label, {
    ...{ from: "scratch", program: published.program },
    async copyInto(root) {
      await debians.copyInto(root);
      await mkdir(join(root, "bin"), { recursive: true });
      await rename(join(root, debians.program), join(root, published.program));
    },
  });
  const registry = await startRegistry(label, { ...published, from: standIn });
  try {
    const ask = (password: string) => docker.checkAuth({ ...login, password, serveraddress: registry.address });
    await expect(ask(registry.password)).resolves.toMatchObject({ Status: "Login Succeeded" });
    await expect(ask("wrong")).rejects.toThrow(/unauthorized|401/);
  } finally {
    await registry.stop();
  }
});
