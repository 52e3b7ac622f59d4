import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

const compress = promisify(gzip);

interface Packed {
  readonly bytes: Buffer;
  readonly tag: string;
}

/**
 * A content that stays the same while the process runs. Its first use compresses it, outside of the event loop, and keeps that;
 * a client that has it already gets 304.
 */
export class Asset {
  readonly #type: string;
  readonly #cacheControl: string;
  readonly #read: () => Buffer | Promise<Buffer>;
  #packed: Promise<Packed> | undefined;

  /** `read` is called again for each client that does not take gzip. */
  constructor(type: string, cacheControl: string, read: () => Buffer | Promise<Buffer>) {
    this.#type = type;
    this.#cacheControl = cacheControl;
    this.#read = read;
  }

  async send({ headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { bytes, tag } = await this.#packedOnce();
    // Weak, as it is the same one for both encodings.
    reply.header("etag", `W/"${tag}"`).header("vary", "accept-encoding").header("cache-control", this.#cacheControl);
    if (headers["if-none-match"]?.includes(tag)) return reply.code(304).send();
    reply.type(this.#type);
    if (!acceptsGzip(headers["accept-encoding"])) return reply.send(await this.#read());
    return reply.header("content-encoding", "gzip").send(bytes);
  }

  /** The packed content. A failure is not kept: a file that cannot be read now, for too many are open, can be later. */
  async #packedOnce(): Promise<Packed> {
    this.#packed ??= this.#pack();
    try {
      return await this.#packed;
    } catch (error) {
      this.#packed = undefined;
      throw error;
    }
  }

  async #pack(): Promise<Packed> {
    const bytes = await compress(await this.#read());
    return { bytes, tag: createHash("sha256").update(bytes).digest("base64url") };
  }
}

function acceptsGzip(header: string | string[] = ""): boolean {
  const codings = String(header)
    .split(",")
    .map((coding) => coding.split(";").map((part) => part.trim().toLowerCase()));
  const wanted = codings.find(([name]) => name === "gzip");
  return wanted !== undefined && !/^q=0(?:\.0*)?$/.test(wanted[1] ?? "");
}
