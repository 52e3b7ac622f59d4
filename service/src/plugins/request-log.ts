import fp from "fastify-plugin";
import type { Log } from "../log.ts";

/** Logs each answer at level debug: at the rates of this service the lines would cost more than the predictions. */
export const requestLog = fp<{ log: Log }>(
  async (app, { log }) => {
    // Even a hook that logs nothing costs time for every answer.
    if (!log.isLevelEnabled("debug")) return;
    app.addHook("onResponse", ({ id: reqId, method, url }, reply, done) => {
      log.debug({ reqId, method, url, status: reply.statusCode, durationMs: reply.elapsedTime }, "answered");
      done();
    });
  },
  { name: "request-log" },
);
