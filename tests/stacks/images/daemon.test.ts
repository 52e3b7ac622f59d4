import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeDaemon } from "../../../stacks/images/docker.ts";
import { makeCertificates } from "../../setup/docker-provider/certificates.ts";

const words = { name: "docker in minikube", start: "Start it again.", another: "Use another one." };

let certPath: string;
let server: Server;
let host: string;
let answer: { status: number; body: unknown };

beforeAll(async () => {
  certPath = await mkdtemp(join(tmpdir(), "daemon-"));
  // Like docker, this server accepts only clients with a certificate of its authority.
  const tls = { ...(await makeCertificates(certPath)), requestCert: true, rejectUnauthorized: true };
  server = createServer(tls, (request, response) => {
    response.statusCode = request.url === "/info" ? answer.status : 404;
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(certPath, { recursive: true });
});

test.each([
  ["x86_64", "x64"],
  ["aarch64", "arm64"],
])("a daemon on %s tells its architecture", async (Architecture, arch) => {
  answer = { status: 200, body: { Architecture } };
  expect(await describeDaemon({ host, certPath }, words)).toEqual({ arch });
});

test("another architecture is refused", async () => {
  answer = { status: 200, body: { Architecture: "riscv64" } };
  await expect(describeDaemon({ host, certPath }, words)).rejects.toThrow(
    /got the architecture riscv64, allowed: x86_64, aarch64. Use another one/,
  );
});

test("a daemon in trouble, and none at all", async () => {
  answer = { status: 500, body: {} };
  await expect(describeDaemon({ host, certPath }, words)).rejects.toThrow(
    /^docker in minikube does not answer .*status 500.*Start it again/,
  );
  await expect(describeDaemon({ host: "tcp://127.0.0.1:1", certPath }, words)).rejects.toThrow(
    /does not answer .*ECONNREFUSED/,
  );
});

test("missing certificates", async () => {
  await expect(describeDaemon({ host, certPath: join(certPath, "none") }, words)).rejects.toThrow(
    /does not answer .*ENOENT/,
  );
});
