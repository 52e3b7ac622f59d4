import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { Prediction } from "../../service/src/schemas.ts";
import { expected } from "./support/harness.ts";
import { homeDir, predict, start, startReady, useBundle } from "./support/process-harness.ts";
import { halfRequest } from "./support/raw-requests.ts";

useBundle();

it("predicts, shows its documentation, and on SIGTERM answers everybody before it exits with 0", async () => {
  const { service, logged, port, url } = await startReady();
  expect((await fetch(`${url}/readiness`)).status).toBe(200);
  const answer = (await (await predict(url)).json()) as Prediction;
  expect(answer).toMatchObject({ release: "v2", pod: "pod-1", prediction: expected.releases.v2?.prediction[0] });
  expect(await (await fetch(`${url}/docs`)).text()).toContain("swagger-ui");
  expect((await (await fetch(`${url}/docs/static/swagger-ui-bundle.js`)).arrayBuffer()).byteLength).toBeGreaterThan(
    1e6,
  );

  const before = await halfRequest(port);
  service.kill("SIGTERM");
  await logged(/^draining$/);
  const readiness = await fetch(`${url}/readiness`);
  expect([readiness.status, readiness.headers.get("connection")]).toEqual([503, "close"]);
  const late = await predict(url);
  expect([late.status, late.headers.get("connection"), await late.json()]).toEqual([200, "close", answer]);
  before.finish();
  const first = await before.answer;
  expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(first.toLowerCase()).toContain("\r\nconnection: close\r\n");
  expect(first).toContain(JSON.stringify(answer));

  expect(await once(service, "exit")).toEqual([0, null]);
  // The image's root file system is read-only, and telemetry would keep its identity here.
  expect(await readdir(homeDir())).toEqual([]);
});

it.each([
  [{ HOST: "203.0.113.7" }, /^HOST is 203\.0\.113\.7 and PORT 0, on which one cannot listen: .*EADDRNOTAVAIL/],
  [{ PORT: "http" }, /^Environment variable PORT must be integer, but is "http"\.\n$/],
  [{ MAX_WAITING_BYTES: "1" }, /^MAX_WAITING_BYTES is 1, but must be at least BODY_LIMIT, which is 644096: .*\.\n$/],
  [{ MODEL_DIR: "/nowhere" }, /ENOENT.*\/nowhere\/card\.json/],
])("says why it cannot start with %j and exits with 1", async (variables, message) => {
  const service = start(variables as Record<string, string>);
  const [output, exit] = await Promise.all([text(service.stderr), once(service, "exit")]);
  expect(output).toMatch(message);
  expect(exit).toEqual([1, null]);
});
