import { type AnsweredBy, answeredByInWords } from "./answered-by.ts";
import { type Expectation, expectationInWords } from "./expectation.ts";
import type { SentRequest } from "./sent-request.ts";

/** What a recording and a report may say of a request: no value of a header, no body, no value that is expected. */
export type ToldRequest = Readonly<Record<string, string>>;

/**
 * Tells of a request what is no secret. Example: `{ method: "POST", headers: "authorization, content-type", body: "48 bytes",
 * tls: "certificates are not checked (insecure)" }`.
 */
export function toldRequest(
  { method, headers, body, timeoutMs, http2, tls }: SentRequest,
  expect: readonly Expectation[],
  answeredBy?: AnsweredBy,
): ToldRequest {
  const names = Object.keys(headers).toSorted();
  return {
    method,
    ...(names.length > 0 && { headers: names.join(", ") }),
    ...(body && {
      body: `${"text" in body ? Buffer.byteLength(body.text) : Buffer.byteLength(body.base64, "base64")} bytes`,
    }),
    timeout: `${timeoutMs / 1000} s`,
    ...(http2 && { http: "2" }),
    ...(tls && { tls: tlsInWords(tls) }),
    ...(expect.length > 0 && { expected: expect.map(expectationInWords).join("; ") }),
    ...(answeredBy && { answeredBy: answeredByInWords(answeredBy) }),
  };
}

/**
 * Sentences on what weakens every answer to such requests. Without a check of certificates, whoever is on the way can answer in the
 * place of the service.
 */
export function noticesOf({ tls }: Pick<SentRequest, "tls">, url: string): readonly string[] {
  return tls?.insecure && url.startsWith("https:")
    ? [
        "Certificates were not checked (insecure): nothing shows that the answers came from this service and from nobody else. " +
          "Name the authority by tls: {caFile: FILE}.",
      ]
    : [];
}

function tlsInWords({ ca, insecure, serverName }: NonNullable<SentRequest["tls"]>): string {
  const trust = insecure ? "certificates are not checked (insecure)" : ca ? "an authority of its own" : "checked";
  return serverName === undefined ? trust : `${trust}, as ${serverName}`;
}
