import type { FastifyError, FastifyReply } from "fastify";
import fp from "fastify-plugin";
import { PROBLEM_TYPE, problem, Unavailable } from "../problem.ts";
import type { Problem } from "../schemas.ts";
import { Invalid } from "./validation.ts";

/** Every error leaves as a problem document, with the status that fits: 404, 405 with Allow, 413, 415, 503 with Retry-After. */
export const problems = fp(
  async (app) => {
    const methods = new Map<string, Set<string>>();

    app.addHook("onRoute", ({ method, url }) => {
      const known = methods.get(path(url)) ?? new Set();
      for (const name of [method].flat()) known.add(name);
      methods.set(path(url), known);
    });

    app.setNotFoundHandler((request, reply) => {
      const allowed = methods.get(path(request.url));
      if (!allowed) return send(reply, problem(404, `There is no ${path(request.url)} here; see /docs.`));
      const names = [...allowed].sort().join(", ");
      return send(reply.header("allow", names), problem(405, `Takes ${names}, not ${request.method}.`));
    });

    app.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (error instanceof Unavailable) reply.header("retry-after", error.retryAfterSeconds);
      else if (status >= 500) {
        request.log.error(error);
        return send(reply, problem(status, "The service failed; its log tells why."));
      }
      return send(reply, problem(status, error.message, error instanceof Invalid ? error.errors : undefined));
    });
  },
  { name: "problems" },
);

/** Answers what fails before there is a route, such as a path that cannot be decoded. */
export function answerFrameworkError(error: FastifyError, _request: unknown, reply: FastifyReply): void {
  send(reply, problem(error.statusCode ?? 400, error.message));
}

function path(url: string): string {
  const [path = ""] = url.split("?", 1);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function send(reply: FastifyReply, body: Problem) {
  return reply.code(body.status).type(PROBLEM_TYPE).send(body);
}
