import { isUtf8 } from "node:buffer";
import { dirname, resolve } from "node:path";
import { UserError } from "../../common/user-error.ts";
import type { RequestSpec } from "./request-spec.ts";
import { REQUEST_TIMEOUT_MS, type SentBody, type SentRequest, type SentTls } from "./sent-request.ts";

/** What a request is resolved with; effects are handed in. */
export type Resolving = {
  /** Path of the file that asks for it; other files are found from its folder. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<Buffer>;
};

/** Headers that belong to the connection or follow from the body: undici refuses them, or they would contradict the body. */
const OWN_HEADERS = [
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** The order travels in a Secret, of which Kubernetes allows 1 MiB, and base64 makes three bytes four. */
const MAX_BODY_BYTES = 512 * 1024;

/**
 * Reads what a request takes from files and the environment.
 * @throws {UserError} for a variable that is not set, a file that cannot be read, or a header that cannot be sent.
 */
export async function resolveRequest(spec: RequestSpec, resolving: Resolving): Promise<SentRequest> {
  const body = await bodyOf(spec, resolving);
  const method = spec.method ?? (body ? "POST" : "GET");
  if (body && (method === "GET" || method === "HEAD")) {
    throw new UserError(
      `${resolving.file}: /method: got ${method} with a body, allowed: a method that has one, such as POST`,
    );
  }
  const type = spec.body && "json" in spec.body ? { "content-type": "application/json" } : {};
  return {
    method,
    headers: { ...type, ...headersOf(spec, resolving) },
    ...(body && { body }),
    timeoutMs: spec.timeoutMs ?? REQUEST_TIMEOUT_MS,
    http2: spec.http2 ?? false,
    ...(spec.tls && { tls: await tlsOf(spec.tls, resolving) }),
  };
}

function headersOf({ headers = {} }: RequestSpec, { file, env }: Resolving): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const [written, value] of Object.entries(headers)) {
    const where = `${file}: /headers/${written}`;
    const name = written.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw new UserError(`${where}: got a name that is no header's`);
    if (OWN_HEADERS.includes(name)) {
      throw new UserError(
        `${where}: got a header of the connection, allowed: any other than ${OWN_HEADERS.join(", ")}`,
      );
    }
    const text = typeof value === "string" ? value : `${value.prefix ?? ""}${variable(value.fromEnv, where, env)}`;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) {
      throw new UserError(`${where}: got a character that no header may have, such as a line break; allowed: one line`);
    }
    resolved[name] = text;
  }
  return resolved;
}

function variable(name: string, where: string, env: Resolving["env"]): string {
  const value = env[name];
  if (value !== undefined && value !== "") return value;
  throw new UserError(
    `${where}: got no environment variable ${name}${value === "" ? " with a value" : ""}. Set it: export ${name}=…`,
  );
}

async function bodyOf({ body }: RequestSpec, resolving: Resolving): Promise<SentBody | undefined> {
  if (!body) return undefined;
  const sent: SentBody =
    "json" in body
      ? { text: JSON.stringify(body.json) }
      : "text" in body
        ? body
        : encoded(await content(body.file, "/body/file", resolving));
  const bytes = Buffer.byteLength("text" in sent ? sent.text : sent.base64);
  if (bytes <= MAX_BODY_BYTES) return sent;
  throw new UserError(`${resolving.file}: /body: got ${bytes} bytes, allowed: at most ${MAX_BODY_BYTES}`);
}

const encoded = (bytes: Buffer): SentBody =>
  isUtf8(bytes) ? { text: bytes.toString("utf8") } : { base64: bytes.toString("base64") };

async function tlsOf(tls: NonNullable<RequestSpec["tls"]>, resolving: Resolving): Promise<SentTls> {
  const { caFile, insecure, serverName } = tls;
  if (caFile !== undefined && insecure) {
    throw new UserError(`${resolving.file}: /tls: got caFile and insecure, allowed: one of them`);
  }
  const ca = caFile === undefined ? undefined : (await content(caFile, "/tls/caFile", resolving)).toString("utf8");
  if (ca !== undefined && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new UserError(
      `${resolving.file}: /tls/caFile: got a file without a certificate, allowed: certificates in PEM`,
    );
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(insecure && { insecure }),
    ...(serverName !== undefined && { serverName }),
  };
}

async function content(path: string, where: string, { file, readFile }: Resolving): Promise<Buffer> {
  const found = resolve(dirname(file), path);
  try {
    return await readFile(found);
  } catch (cause) {
    const { code = "an error" } = cause as NodeJS.ErrnoException;
    throw new UserError(`${file}: ${where}: got ${path}, which cannot be read (${code}); allowed: a file`, { cause });
  }
}
