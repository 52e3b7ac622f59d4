import Type, { type Static } from "typebox";
import { UserError } from "../../common/user-error.ts";
import { schemaFault } from "../schema-fault.ts";
import { readYaml } from "../yaml-document.ts";
import { MAX_TIMEOUT_MS } from "./sent-request.ts";

/** Methods that a request may have: those of RFC 9110 without CONNECT and TRACE, and PATCH. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const strict = { additionalProperties: false } as const;
/** URLs read a second / or \ as the begin of another host, and skip tabs and line breaks on the way to it. */
const OWN_PATH = "^/(?![/\\\\])[^\\x00-\\x1f]*$";
const NAME = Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$", allowed: "the name of an environment variable" });

/** A header's value, or the environment variable that holds it. */
const HeaderValue = Type.Union(
  [Type.String(), Type.Object({ fromEnv: NAME, prefix: Type.Optional(Type.String()) }, strict)],
  { allowed: 'text, or {fromEnv: NAME} with or without prefix: "Bearer "' },
);

/** A body, in one of three ways. */
const Body = Type.Union(
  [
    Type.Object({ json: Type.Unknown() }, strict),
    Type.Object({ text: Type.String() }, strict),
    Type.Object({ file: Type.String({ minLength: 1 }) }, strict),
  ],
  { allowed: "{json: VALUE}, {text: TEXT} or {file: PATH}" },
);

/** What a file of --request may say; every key may be missing. Paths of files count from the file's own folder. */
export const RequestSpecSchema = Type.Object(
  {
    method: Type.Optional(Type.Enum([...METHODS])),
    /** Path and query, in the place of those of the address. */
    path: Type.Optional(Type.String({ pattern: OWN_PATH, secret: true, allowed: "text that begins with one /" })),
    headers: Type.Optional(Type.Record(Type.String(), HeaderValue, { secret: true })),
    body: Type.Optional(Type.Unsafe<Static<typeof Body>>({ ...Body, secret: true })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: MAX_TIMEOUT_MS })),
    tls: Type.Optional(
      Type.Object(
        {
          caFile: Type.Optional(Type.String({ minLength: 1 })),
          insecure: Type.Optional(Type.Boolean()),
          serverName: Type.Optional(Type.String({ minLength: 1 })),
        },
        strict,
      ),
    ),
    http2: Type.Optional(Type.Boolean()),
    /** What --expect says on the command line. */
    expect: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { secret: true })),
    answeredBy: Type.Optional(Type.String({ minLength: 1 })),
  },
  strict,
);

/** A request as a person writes it down. */
export type RequestSpec = Static<typeof RequestSpecSchema>;

/**
 * Reads a request from YAML or JSON. `file` is its name, for errors. No error quotes a header, a body or a query.
 * @throws {UserError} with the place of the first fault, what is there, and what may be there.
 */
export function parseRequestSpec(text: string, file: string): RequestSpec {
  const value = parsed(text, file);
  const fault = schemaFault(RequestSpecSchema, value);
  if (!fault) return value as RequestSpec;
  throw new UserError(`${file}: ${fault.path || "/"}: got ${fault.got}, allowed: ${fault.allowed}`);
}

function parsed(text: string, file: string): unknown {
  const read = readYaml(text);
  // An empty file asks for nothing special.
  if (!("fault" in read)) return read.value ?? {};
  // What the fault is may quote the line, which may hold a secret: only its place is told.
  const { line, next } = read.fault;
  throw new UserError(
    `${file}: got text that is neither YAML nor JSON, from line ${line} on; allowed: one object${next ? `. ${next}` : ""}`,
  );
}
