import { expect, it } from "vitest";
import { createTestApp, patient } from "./support/harness.ts";

it("is alive, but not ready, until the model is there", async () => {
  const { app, post, becomeReady } = await createTestApp({ ready: false });
  expect((await app.inject("/liveness")).json()).toEqual({ status: "alive" });
  const early = [await app.inject("/readiness"), await post("/predict", patient())];
  for (const answer of early) {
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  }
  becomeReady();
  expect((await app.inject("/readiness")).json()).toEqual({ status: "ready" });
  expect((await post("/predict", patient())).statusCode).toBe(200);
});

it("is not ready while draining, but alive and answering, and closes connections", async () => {
  const { app, post, lifecycle } = await createTestApp();
  expect((await post("/predict", patient())).headers.connection).not.toBe("close");
  lifecycle.drain();
  const answers = {
    readiness: await app.inject("/readiness"),
    liveness: await app.inject("/liveness"),
    predict: await post("/predict", patient()),
    nowhere: await app.inject("/nowhere"),
  };
  expect(Object.entries(answers).map(([name, { statusCode }]) => [name, statusCode])).toEqual([
    ["readiness", 503],
    ["liveness", 200],
    ["predict", 200],
    ["nowhere", 404],
  ]);
  for (const answer of Object.values(answers)) expect(answer.headers.connection).toBe("close");
});

it("is not ready while paused, but answers, and comes back", async () => {
  const { app, post, lifecycle } = await createTestApp();
  lifecycle.pause();
  const readiness = await app.inject("/readiness");
  expect([readiness.statusCode, readiness.json().detail]).toEqual([503, "Not ready: paused on purpose."]);
  const answer = await post("/predict", patient());
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, "keep-alive"]);
  lifecycle.resume();
  expect((await app.inject("/readiness")).statusCode).toBe(200);
});

it("says that it drains, whatever else keeps it from being ready", async () => {
  const { app, lifecycle } = await createTestApp();
  lifecycle.pause();
  lifecycle.fail("the model is another");
  expect((await app.inject("/readiness")).json().detail).toBe("Not ready: the model is another.");
  lifecycle.drain();
  expect((await app.inject("/readiness")).json().detail).toBe("Not ready: draining.");
});

it("stays draining when the model is ready only after the signal", async () => {
  const { app, lifecycle, becomeReady } = await createTestApp({ ready: false });
  lifecycle.drain();
  becomeReady();
  expect((await app.inject("/readiness")).statusCode).toBe(503);
});
