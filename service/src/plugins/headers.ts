import fp from "fastify-plugin";
import type { Lifecycle } from "../lifecycle.ts";
import type { Identity } from "../schemas.ts";

/** Every answer tells who gave it; while draining, it also asks the client not to come back on this connection. */
export const headers = fp<{ identity: Identity; lifecycle: Lifecycle }>(
  async (app, { identity, lifecycle }) => {
    const { release, modelVersion, pod } = identity;
    const identityHeaders = { "x-release": release, "x-model-version": modelVersion, "x-pod": pod };
    app.addHook("onSend", (_request, reply, _payload, done) => {
      reply.headers(identityHeaders);
      if (lifecycle.draining) reply.header("connection", "close");
      done();
    });
  },
  { name: "headers" },
);
