import fp from "fastify-plugin";
import type { Lifecycle } from "../lifecycle.ts";
import type { Identity } from "../schemas.ts";
import type { Pipelines } from "./pipelining.ts";

/** Every answer tells who gave it; while draining, it also asks the client not to come back on this connection. */
export const headers = fp<{ identity: Identity; lifecycle: Lifecycle; pipelines: Pipelines }>(
  async (app, { identity, lifecycle, pipelines }) => {
    const { release, modelVersion, pod } = identity;
    const identityHeaders = {
      "x-release": headerValue(release),
      "x-model-version": headerValue(modelVersion),
      "x-pod": headerValue(pod),
    };
    app.addHook("onSend", (request, reply, _payload, done) => {
      reply.headers(identityHeaders);
      // What has arrived already is answered first.
      if (lifecycle.draining && !pipelines.waits(request.raw.socket)) reply.header("connection", "close");
      done();
    });
  },
  { name: "headers" },
);

/** A text as a header's value: percent-encoded if it is more than printable ASCII, such as the name of a host in Cyrillic. */
function headerValue(text: string): string {
  return /^[!-~]+$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
