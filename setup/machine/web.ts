import { UserError } from "../../common/user-error.ts";

/*
 * The makers' sites, as a user's machine reaches them. HTTPS_PROXY, HTTP_PROXY and NO_PROXY count, in lower case too, which Node.js's
 * own fetch ignores. The certificates are Node.js's, those of NODE_EXTRA_CA_CERTS, and the system's, because bin/lab sets
 * NODE_USE_SYSTEM_CA; on Linux SSL_CERT_FILE says which file those are.
 */

/** How tools come to a machine, if the user decides it: from their makers, or from source. */
export type Source = "download" | "build";

const SOURCES: readonly string[] = ["download", "build"] satisfies Source[];
const SOURCE_VARIABLE = "ONLINE_INFERENCE_SOURCE";

/**
 * The user's decision; undefined where it is the machine's, by what can be reached.
 * @throws {UserError} for another value.
 */
export function chosenSource({ [SOURCE_VARIABLE]: value }: NodeJS.ProcessEnv): Source | undefined {
  if (!value) return undefined;
  if (SOURCES.includes(value)) return value as Source;
  throw new UserError(
    `environment ${SOURCE_VARIABLE}: got ${JSON.stringify(value)}, allowed: ${SOURCES.join(" or ")}. ` +
      "Unset it, and what can be reached decides.",
  );
}

const CONNECT_WITHIN_MS = 10_000;
/** A line that brings nothing for so long is cut. */
const SILENCE_MS = 60_000;

/** Asks for a URL, through the proxy that the environment names. It rejects where no answer comes. */
export async function askWeb(url: string, init: { readonly method?: "HEAD"; readonly withinMs?: number } = {}) {
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_WITHIN_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
  const { method = "GET", withinMs } = init;
  return fetch(url, {
    dispatcher,
    method,
    redirect: method === "HEAD" ? "manual" : "follow",
    ...(withinMs !== undefined && { signal: AbortSignal.timeout(withinMs) }),
  });
}

const REACHED_WITHIN_MS = 4_000;
/** Once more after a line that was cut or slow: a machine for which packets vanish is not to wait long before it builds. */
const TRIES = 2;

/** No later try says anything else. */
const OUT_OF_REACH = ["ENOTFOUND", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH"];
/** Somebody answers, such as a company's proxy with a certificate of its own: the download will say what is wrong with it. */
const UNTRUSTED = ["CERT", "UNABLE_TO"];

/** Makes a check whether a site gives any answer within a few seconds; each site is asked once. */
export function reachability(): (url: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (url) => {
    const { origin } = new URL(url);
    const asked = known.get(origin) ?? isReached(url);
    known.set(origin, asked);
    return asked;
  };
}

async function isReached(url: string): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      await askWeb(url, { method: "HEAD", withinMs: REACHED_WITHIN_MS });
      return true;
    } catch (error) {
      const words = causeWords(error);
      if (UNTRUSTED.some((code) => words.includes(code))) return true;
      if (OUT_OF_REACH.some((code) => words.includes(code))) return false;
    }
  }
  return false;
}

/** Why a request failed, with what lies behind it: `fetch failed: ECONNRESET: read ECONNRESET`. */
export function causeWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const own = code && !error.message.includes(code) ? `${code}: ${error.message}` : error.message;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (inner === undefined) return own;
  return error.message === "fetch failed" ? causeWords(inner) : `${own}: ${causeWords(inner)}`;
}
