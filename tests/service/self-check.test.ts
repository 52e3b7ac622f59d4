import { once } from "node:events";
import { expect, it } from "vitest";
import { RELEASES } from "../../service/releases.ts";
import { selfCheck } from "../../service/src/model.ts";
import { loadRelease } from "./support/harness.ts";
import { predict, startListening, useBundle } from "./support/process-harness.ts";

useBundle("v3-broken");

const FAILURE = "model 3.0.0 says 0.9515 for the check row of its card, the card says 0.0485";

it.each(RELEASES)("tells whether %s is what its card says", async (release) => {
  const { model, card } = await loadRelease(release);
  expect(selfCheck(model, card)).toBe(release === "v3-broken" ? FAILURE : undefined);
});

it("finds another release's model", async () => {
  const [{ model }, { card }] = [await loadRelease("v1"), await loadRelease("v2")];
  expect(selfCheck(model, card)).toMatch(/^model 2\.0\.0 says 0\.9990 .* says 0\.9515$/);
});

it("leaves a broken release alive, never ready, with the reason in log and answers, and lets it stop", async () => {
  const { service, url, log, logged } = await startListening({ DRAIN_MS: "0" });
  await logged(/^never ready: /);
  expect(log.at(-1)).toMatchObject({ level: 50, release: "v3-broken", msg: `never ready: ${FAILURE}` });
  expect((await fetch(`${url}/liveness`)).status).toBe(200);

  const readiness = await fetch(`${url}/readiness`);
  expect([readiness.status, readiness.headers.get("x-release")]).toEqual([503, "v3-broken"]);
  expect(await readiness.json()).toMatchObject({ title: "Service Unavailable", detail: `Not ready: ${FAILURE}.` });
  const prediction = await predict(url);
  expect(prediction.status).toBe(503);
  expect(await prediction.json()).toMatchObject({ detail: `No model: ${FAILURE}.` });
  const v2 = await fetch(`${url}/v2/models/heart-disease/ready`);
  expect([v2.status, await v2.json()]).toEqual([503, { error: `Not ready: ${FAILURE}.` }]);

  service.kill("SIGTERM");
  expect(await once(service, "exit")).toEqual([0, null]);
});
