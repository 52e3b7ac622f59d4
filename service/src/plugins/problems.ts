import type { IncomingMessage } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { BadRequest, excerpt, PROBLEM_TYPE, problem, Unavailable, UnsupportedEncoding } from "../problem.ts";
import type { Problem } from "../schemas.ts";
import type { Lingering } from "./lingering.ts";

/**
 * Answers every error by a problem document, or under /v2 in the protocol's own form, with the status that fits: 404,
 * 405 with Allow, 413, 415, 503 with Retry-After.
 */
export const problems = fp<{ lingering: Lingering }>(
  async (app, { lingering }) => {
    const methods = new Map<string, Set<string>>();

    app.addHook("onRoute", ({ method, url }) => {
      const known = methods.get(path(url)) ?? new Set();
      for (const name of [method].flat()) known.add(name);
      methods.set(path(url), known);
    });

    function answerNotFound(request: FastifyRequest, reply: FastifyReply) {
      const wanted = path(request.url);
      const allowed = [...methods].filter(([pattern]) => matches(pattern, wanted));
      if (allowed.length === 0) {
        return send(request, reply, lingering, problem(404, `There is no ${excerpt(wanted)} here; see /docs.`));
      }
      const names = allowed
        .flatMap(([, names]) => [...names])
        .sort()
        .join(", ");
      reply.header("allow", names);
      return send(request, reply, lingering, problem(405, `Takes ${names}, not ${request.method}.`));
    }

    app.setNotFoundHandler(answerNotFound);

    app.setErrorHandler((error: FastifyError, request, reply) => {
      // A path that does not exist takes no better body either.
      if (request.is404) return answerNotFound(request, reply);
      if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") error.message = otherType(request);
      const status = error.statusCode ?? 500;
      if (error instanceof Unavailable) reply.header("retry-after", error.retryAfterSeconds);
      else if (error instanceof UnsupportedEncoding) reply.header("accept-encoding", "gzip, deflate, identity");
      else if (status >= 500) {
        request.log.error({ reqId: request.id, err: error }, error.message);
        return send(request, reply, lingering, problem(status, "The service failed; its log tells why."));
      }
      const errors = error instanceof BadRequest ? error.errors : undefined;
      return send(request, reply, lingering, problem(status, error.message, errors));
    });
  },
  { name: "problems" },
);

/** Answers a request that fails before it is routed, such as a path that cannot be decoded; returns the status. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  lingering: Lingering,
): number {
  const status = error.statusCode ?? 400;
  // Fastify's own message has the whole path.
  const detail = status === 414 ? "A part of the path is too long." : "The path cannot be decoded.";
  send(request, reply, lingering, problem(status, detail));
  return status;
}

/** Says which content types the path takes, which one came, cut if it is long, and what to send. */
function otherType({ headers, server }: FastifyRequest): string {
  const taken = ["application/json", "application/octet-stream"].filter((type) => server.hasContentTypeParser(type));
  const got = headers["content-type"]?.slice(0, 100) ?? "a body without a content type";
  return `Takes ${taken.join(" or ")}, not ${got}; send content-type: application/json.`;
}

function path(url: string): string {
  const [path = ""] = url.split("?", 1);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Whether a path matches a pattern such as /v2/models/:name. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split("/");
  // One more shows that there are too many; a URL can have 16,000.
  const names = path.split("/", parts.length + 1);
  return parts.length === names.length && parts.every((part, index) => part.startsWith(":") || part === names[index]);
}

/** Sends an error, and reads on where the request's body still arrives: to close then would reset the connection. */
function send(request: FastifyRequest, reply: FastifyReply, lingering: Lingering, body: Problem) {
  reply.code(body.status);
  const v2 = /^\/v2(?:[/?]|$)/.test(request.url);
  const content = Buffer.from(JSON.stringify(v2 ? protocolError(body) : body));
  // As bytes: Fastify would add a charset to the type of a text, which JSON's media types do not have.
  reply.header("content-type", v2 ? "application/json" : PROBLEM_TYPE);
  if (!bodyArrives(request.raw)) return reply.send(content);
  return reply.header("content-length", content.byteLength).send(lingering.answer(request.raw, content));
}

function bodyArrives({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined);
}

function protocolError({ detail, errors = [] }: Problem) {
  return { error: [detail, ...errors.map(({ pointer, detail }) => `${pointer} ${detail}.`)].join(" ") };
}
