/**
 * A request as it is sent, with all that was asked for read from files and environment. It may hold secrets: it is never
 * recorded. It is plain JSON, so that it can travel to the load's pod.
 */
export type SentRequest = {
  readonly method: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: SentBody;
  readonly timeoutMs: number;
  /** Whether HTTP/2 is spoken: over TLS as the server agrees to, without TLS by prior knowledge. Otherwise HTTP/1.1. */
  readonly http2: boolean;
  readonly tls?: SentTls;
};

/** Text, or bytes that are no text of UTF-8. */
export type SentBody = { readonly text: string } | { readonly base64: string };

export type SentTls = {
  /** Certificates in PEM that are trusted, in the place of those that Node.js knows. */
  readonly ca?: string;
  /** Whatever certificate the server shows is taken. */
  readonly insecure?: boolean;
  /** The name that the certificate has to be for, and that is asked for (SNI); the URL's host unless it is given. */
  readonly serverName?: string;
};

/** A user's patience: after this time a request counts as not answered. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** The longest patience that can be asked for; the load's pod may take as long to end. */
export const MAX_TIMEOUT_MS = 30_000;

/** Requests to a service with a known model: each has a row as its body. */
export const MODEL_REQUEST: SentRequest = {
  method: "POST",
  headers: { "content-type": "application/json" },
  timeoutMs: REQUEST_TIMEOUT_MS,
  http2: false,
};

/** The body as it goes over the wire. */
export const bytesOf = (body: SentBody | undefined): string | Buffer | undefined =>
  body === undefined ? undefined : "text" in body ? body.text : Buffer.from(body.base64, "base64");
