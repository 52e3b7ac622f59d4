import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { patients } from "./support/harness.ts";
import { predict, startReady, useBundle } from "./support/process-harness.ts";

useBundle();

const CLIENTS = 16;
const MAX_REQUESTS = 4_000;
const ROWS = 303;

function predictAll(url: string) {
  const body = JSON.stringify({ data: patients });
  return fetch(`${url}/predict`, { method: "POST", headers: { "content-type": "application/json" }, body });
}

it("answers 503 at once beyond its bound, and the probes all the while", async () => {
  const { url } = await startReady({ MAX_WAITING_BYTES: "100000", BODY_LIMIT: "100000" });
  let sent = 0;
  let served = 0;
  const refused: Response[] = [];
  let saturated = false;

  async function client(): Promise<void> {
    while (!saturated && sent < MAX_REQUESTS) {
      sent += 1;
      const answer = await predictAll(url);
      const body = await answer.json();
      if (answer.status === 200) {
        served += 1;
        expect(body).toMatchObject({ predictions: expect.any(Array) });
        expect((body as { predictions: unknown[] }).predictions).toHaveLength(ROWS);
      } else refused.push(answer);
    }
  }
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));

  const probes: number[] = [];
  while (probes.length < 20 || (refused.length === 0 && sent < MAX_REQUESTS)) {
    for (const path of ["/liveness", "/readiness", "/v2/health/ready"]) {
      probes.push((await fetch(`${url}${path}`)).status);
    }
  }
  saturated = true;
  await clients;

  expect(new Set(probes)).toEqual(new Set([200]));
  expect(served).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers } of refused) expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
  // And it is as good as before when the load is gone.
  expect((await predict(url)).status).toBe(200);
});

it.each([
  ["headers", "POST /predict HTTP/1.1\r\nHost: service\r\nContent-"],
  [
    "body",
    'POST /predict HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"age":',
  ],
])("ends a request whose %s do not arrive", async (_, beginning) => {
  const { port } = await startReady({ REQUEST_TIMEOUT_MS: "300" });
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(beginning);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(answer).toContain("Content-Type: application/problem+json");
});
