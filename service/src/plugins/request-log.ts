import fp from "fastify-plugin";

/** Logs each answer at level debug: at the rates of this service the lines would cost more than the predictions. */
export const requestLog = fp(
  async (app) => {
    // Even a hook that logs nothing costs time for every answer.
    if (["fatal", "error", "warn", "info", "silent"].includes(app.log.level)) return;
    app.addHook("onResponse", (request, reply, done) => {
      const { method, url } = request;
      request.log.debug({ method, url, status: reply.statusCode, durationMs: reply.elapsedTime }, "answered");
      done();
    });
  },
  { name: "request-log" },
);
