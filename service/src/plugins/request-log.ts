import fp from "fastify-plugin";

/** One line per answer at level debug: at the rates this service reaches, more would cost more than the predictions. */
export const requestLog = fp(
  async (app) => {
    // A hook that has nothing to say would still be called for every answer.
    if (["fatal", "error", "warn", "info", "silent"].includes(app.log.level)) return;
    app.addHook("onResponse", (request, reply, done) => {
      const { method, url } = request;
      request.log.debug({ method, url, status: reply.statusCode, durationMs: reply.elapsedTime }, "answered");
      done();
    });
  },
  { name: "request-log" },
);
