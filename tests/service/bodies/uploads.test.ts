import { expect, it, vi } from "vitest";
import { patients } from "../support/harness.ts";
import { predict, startReady, useBundle } from "../support/process-harness.ts";
import { chunk, startUpload, Upload } from "../support/upload.ts";

useBundle();

const MIB = 2 ** 20;
const LARGEST = 644_096;
/** How many of the largest bodies fit into what may be under way. */
const AT_ONCE = Math.floor((8 * MIB) / LARGEST);
const CLIENTS = 60;
const HEAD = /\r\n\r\n\{/;

/** All but the last byte of the largest body, its length declared. */
function declared(port: number): Upload {
  const upload = new Upload(port, `Content-Length: ${LARGEST}`);
  upload.socket.write(" ".repeat(LARGEST - 1));
  return upload;
}

/** The same without a length. */
function chunked(port: number): Upload {
  const upload = new Upload(port, "Transfer-Encoding: chunked");
  upload.socket.write(chunk(" ".repeat(LARGEST - 1)));
  return upload;
}

async function residentBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
}

/** The largest bodies, as many as there is room for, once the service has taken it for all of them. */
function fillRoom(port: number): Promise<Upload[]> {
  return vi.waitFor(
    async () => {
      const uploads = await Promise.all(Array.from({ length: AT_ONCE }, () => startUpload(port, LARGEST)));
      const refused = uploads.filter(({ answer }) => HEAD.test(answer));
      if (refused.length > 0) {
        await Promise.all(uploads.map((upload) => upload.abort()));
        throw new Error(`${refused.length} of ${AT_ONCE} uploads found no room.`);
      }
      return uploads;
    },
    { timeout: 10_000, interval: 100 },
  );
}

it.each([
  ["declare their length", declared],
  ["do not declare it", chunked],
])("bounds what slow clients have sent that %s, and forgets those that break off", async (_, upload) => {
  const { url, port } = await startReady();
  const before = await residentBytes(url);
  for (let round = 0; round < 2; round += 1) {
    const uploads = Array.from({ length: CLIENTS }, () => upload(port));
    const refused = () => uploads.filter(({ answer }) => HEAD.test(answer));
    await vi.waitUntil(() => refused().length >= CLIENTS - AT_ONCE, { timeout: 10_000 });
    for (const { answer } of refused()) {
      expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
      expect(answer).toMatch(/\r\nretry-after: 1\r\n/);
      expect(answer).toMatch(/\r\nx-release: v2\r\n/);
    }
    for (const path of ["/liveness", "/readiness", "/v2/health/ready"]) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
    expect((await residentBytes(url)) - before).toBeLessThan(40 * MIB);
    await Promise.all(uploads.map((each) => each.abort()));
  }
  const again = await fillRoom(port);
  // They leave room for little more than a patient.
  expect((await predict(url)).status).toBe(200);
  for (const each of again) {
    each.socket.write(" ".repeat(LARGEST));
    expect(await each.answered(HEAD)).toMatch(/HTTP\/1\.1 400 Bad Request\r\n/);
  }
});

it("answers a client that is refused while it sends, and hangs up when it has sent all", async () => {
  const { port } = await startReady();
  const others = await fillRoom(port);
  const upload = await startUpload(port, LARGEST);
  const answer = await upload.answered(/\}$/);
  expect(answer).toMatch(/HTTP\/1\.1 503 Service Unavailable\r\n/);
  expect(answer).toMatch(/\r\nconnection: close\r\n/);
  for (let sent = 0; sent < LARGEST; sent += LARGEST / 4) {
    expect(upload.socket.writable).toBe(true);
    upload.socket.write(" ".repeat(LARGEST / 4));
  }
  await upload.closed;
  expect(upload.answer).toBe(answer);
  await Promise.all(others.map((each) => each.abort()));
});

it("says nothing more to a client that was refused and then takes too long", async () => {
  const { port } = await startReady({ REQUEST_TIMEOUT_MS: "300" });
  const upload = new Upload(port, `Content-Length: ${LARGEST + 1}`);
  const answer = await upload.answered(/\}$/);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  await upload.closed;
  expect(upload.answer).toBe(answer);
});

it.each([
  ["declares", `Content-Length: ${LARGEST + 1}`, " ".repeat(LARGEST + 1)],
  ["sends", "Transfer-Encoding: chunked", `${chunk(" ".repeat(LARGEST + 1))}0\r\n\r\n`],
])("refuses a client that %s more than is read", async (_, header, body) => {
  const { port } = await startReady();
  const upload = new Upload(port, header);
  upload.socket.write(body);
  expect(await upload.answered(HEAD)).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  await upload.closed;
});

it("takes a body that comes byte by byte, and memory for no more than its bytes", async () => {
  const { url, port } = await startReady();
  const before = await residentBytes(url);
  const json = JSON.stringify({ data: patients });
  const body = " ".repeat(LARGEST - json.length) + json;
  const upload = new Upload(port, "Transfer-Encoding: chunked");
  upload.socket.write(`${[...body].map(chunk).join("")}`);
  await vi.waitUntil(() => upload.socket.writableLength === 0, { timeout: 15_000 });
  expect((await residentBytes(url)) - before).toBeLessThan(40 * MIB);
  upload.socket.write("0\r\n\r\n");
  expect(await upload.answered(HEAD)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});
