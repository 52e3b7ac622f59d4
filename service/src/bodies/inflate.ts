import { gunzipSync, inflateSync } from "node:zlib";
import { BadRequest, excerpt, TooLarge, UnsupportedEncoding } from "../problem.ts";

/** Inflates a body to at most `mostBytes`. */
export type Inflate = (body: Buffer, mostBytes: number) => Buffer;

const INFLATES: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
};

/**
 * The function that inflates bodies of a Content-Encoding; undefined if they are not compressed.
 * @throws {UnsupportedEncoding} for every other encoding, and several at once.
 */
export function inflateOf(contentEncoding: string | undefined): Inflate | undefined {
  const encoding = contentEncoding?.trim().toLowerCase() || "identity";
  if (encoding === "identity") return undefined;
  const inflate = Object.hasOwn(INFLATES, encoding) ? INFLATES[encoding] : undefined;
  if (!inflate)
    throw new UnsupportedEncoding(`Takes bodies as gzip, deflate or identity, not as ${excerpt(encoding)}.`);
  return (body, mostBytes) => {
    try {
      // Synchronous: the largest body takes 1 to 2 ms, and a stream for each body would take a thread and 40 KiB.
      return inflate(body, { maxOutputLength: mostBytes });
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw new TooLarge(mostBytes);
      throw new BadRequest(`The body cannot be read as ${encoding}.`);
    }
  };
}
