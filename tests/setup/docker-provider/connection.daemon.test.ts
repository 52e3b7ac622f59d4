import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { makeFolder } from "./folder.ts";
import { type Plugin, startPlugin } from "./plugin.ts";
import { config, connectDaemon, hasImage, removeImages } from "./target.ts";

const label = `docker-provider-test=${randomUUID()}`;
let folder: string;
let right: Certificates;
let proxy: Server;
let host: string;
let plugin: Plugin;

beforeAll(async () => {
  folder = await makeFolder({ Dockerfile: `FROM scratch\nLABEL ${label}\n` });
  right = await makeCertificates(join(folder, "right"));
  await makeCertificates(join(folder, "wrong"));
  // A TLS proxy with certificates of this test stands before the daemon under test.
  proxy = createServer({ ...right, requestCert: true, rejectUnauthorized: true }, (client) => {
    const daemon = connectDaemon();
    client.pipe(daemon).pipe(client);
    client.on("error", () => daemon.destroy());
    daemon.on("error", () => client.destroy());
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  host = `tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  plugin = await startPlugin(folder);
});

afterEach(() => plugin.stop());

afterAll(async () => {
  await new Promise((done) => proxy.close(done));
  await rm(folder, { recursive: true });
  await removeImages(label);
});

async function build(): Promise<string> {
  const imageName = `docker-provider-test-${randomUUID()}:v1`;
  return (await plugin.create(await plugin.check({ imageName, skipPush: true, build: {} }))).id;
}

describe("a daemon behind TLS", () => {
  it("builds with a folder of certificates", async () => {
    await plugin.configure({ host, certPath: join(folder, "right") });
    expect(await hasImage(await build())).toBe(true);
  });

  it("builds with certificates given as texts", async () => {
    const { ca, cert, key } = right;
    await plugin.configure({ host, caMaterial: ca, certMaterial: cert, keyMaterial: key });
    expect(await hasImage(await build())).toBe(true);
  });

  it("builds with host and certificates of the environment", async () => {
    await plugin.stop();
    plugin = await startPlugin(folder, { DOCKER_HOST: host, DOCKER_CERT_PATH: join(folder, "right") });
    await plugin.configure({});
    expect(await hasImage(await build())).toBe(true);
  });

  it("refuses a daemon whose certificate another authority signed", async () => {
    const failure = plugin.configure({ host, certPath: join(folder, "wrong") });
    await expect(failure).rejects.toThrow(`${host} and this client do not accept each other's certificates`);
  });

  it("tells when the daemon refuses this client's certificate", async () => {
    const wrong = await makeCertificates(join(folder, "wrong"));
    const materials = { caMaterial: right.ca, certMaterial: wrong.cert, keyMaterial: wrong.key };
    await expect(plugin.configure({ host, ...materials })).rejects.toThrow("certificates");
  });

  it("tells when certificates are missing", async () => {
    const certPath = join(folder, "nowhere");
    await expect(plugin.configure({ host, certPath })).rejects.toThrow(`Cannot read ${certPath}/ca.pem`);
  });
});

describe("a daemon that is away", () => {
  it.each(["tcp://127.0.0.1:1", "unix:///nowhere/docker.sock"])("is named: %s", async (away) => {
    await expect(plugin.configure({ host: away })).rejects.toThrow(`Cannot connect to the docker daemon at ${away}`);
  });

  it("is no fault where the program says so", async () => {
    await plugin.configure({ host: "tcp://127.0.0.1:1", disableDockerDaemonCheck: "true" });
    await expect(build()).rejects.toThrow("Cannot connect to the docker daemon at tcp://127.0.0.1:1");
  });
});

it("refuses every other resource and names the official plugin", async () => {
  await plugin.configure(config);
  const urn = "urn:pulumi:test::project::docker:index/container:Container::web";
  await expect(plugin.check({}, urn)).rejects.toThrow("pulumi plugin install resource docker v5.2.0");
});
