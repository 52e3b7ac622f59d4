import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AskDocker } from "../../../stacks/images/docker.ts";
import { dockerMemory } from "../../../stacks/images/docker-memory.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const HOME = "/home/me/.minikube";
const endpoint = { host: "tcp://192.168.49.2:2376", certPath: "/home/me/.minikube/certs" };

const daemonOf =
  (name: string): AskDocker =>
  async () => ({ status: 200, body: { Name: name, Architecture: "x86_64" } });

test("an address is remembered for its profile", async () => {
  const cache = join(await scratchFolder(), "cache");
  const memory = dockerMemory(HOME, cache, daemonOf("lab"));
  expect(await memory.recall("lab")).toBeUndefined();
  await memory.remember("lab", endpoint);
  expect(await dockerMemory(HOME, cache, daemonOf("lab")).recall("lab")).toEqual(endpoint);
  expect(await memory.recall("other")).toBeUndefined();
});

test("another folder of minikube's has a profile of the same name", async () => {
  const cache = await scratchFolder();
  await dockerMemory(HOME, cache, daemonOf("lab")).remember("lab", endpoint);
  expect(await dockerMemory("/home/other/.minikube", cache, daemonOf("lab")).recall("lab")).toBeUndefined();
});

test.each<[string, AskDocker]>([
  ["another profile's daemon answers there", daemonOf("other")],
  ["nothing answers", () => Promise.reject(new Error("connect ECONNREFUSED"))],
  ["it does not let us in", async () => ({ status: 403, body: {} })],
  ["something else answers", async () => ({ status: 200, body: [] })],
])("it is not believed where %s", async (_what, ask) => {
  const cache = await scratchFolder();
  const memory = dockerMemory(HOME, cache, ask);
  await memory.remember("lab", endpoint);
  expect(await memory.recall("lab")).toBeUndefined();
});

test.each(["{", "{}", "null"])("a damaged memory %s knows nothing", async (text) => {
  const cache = await scratchFolder();
  await mkdir(join(cache, "minikube-docker"));
  await writeFile(join(cache, "minikube-docker", "lab.json"), text);
  expect(await dockerMemory(HOME, cache, daemonOf("lab")).recall("lab")).toBeUndefined();
});

test("a cache that cannot be written keeps nobody from going on", async () => {
  const file = join(await scratchFolder(), "file");
  await writeFile(file, "");
  await dockerMemory(HOME, join(file, "cache"), daemonOf("lab")).remember("lab", endpoint);
});
