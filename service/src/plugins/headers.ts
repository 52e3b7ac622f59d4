import fp from "fastify-plugin";
import type { Lifecycle } from "../lifecycle.ts";
import type { Identity } from "../schemas.ts";
import type { Pipelines } from "./pipelining.ts";

/** Adds to every answer who gave it and, while draining, that its connection closes. */
export const headers = fp<{ identity: Identity; lifecycle: Lifecycle; pipelines: Pipelines }>(
  async (app, { identity, lifecycle, pipelines }) => {
    const { release, modelVersion, pod } = identity;
    const [releaseValue, versionValue, podValue] = [release, modelVersion, pod].map(headerValue);
    app.addHook("onSend", (request, reply, _payload, done) => {
      reply.header("x-release", releaseValue).header("x-model-version", versionValue).header("x-pod", podValue);
      // Requests that have arrived already are answered first.
      if (lifecycle.draining && !pipelines.waits(request.raw.socket)) reply.header("connection", "close");
      done();
    });
  },
  { name: "headers" },
);

/** A text as a header's value: percent-encoded unless it is printable ASCII. The name of a host may be Cyrillic. */
function headerValue(text: string): string {
  return /^[!-~]+$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
