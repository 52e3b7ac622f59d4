import type { IncomingMessage } from "node:http";
import { errorCodes, type FastifyInstance, type FastifyRequest } from "fastify";
import type { Done } from "../bodies/body-reader.ts";
import type { JsonLimits } from "../bodies/json-limits.ts";
import { acceptBodies, type Intake } from "../bodies/plugin.ts";
import { BadRequest } from "../problem.ts";
import { INPUT_NAME, type InferRequest } from "./schemas.ts";
import { MOST_VALUE_BYTES } from "./tensor.ts";

/** A body of the protocol: JSON, and the raw tensors that may follow it. */
export interface Body {
  readonly json: unknown;
  readonly raw: Uint8Array;
}

const HEADER = "inference-header-content-length";
const RAW_HINT = `If raw tensors follow its JSON, the header ${HEADER} must be the length of that JSON.`;

/**
 * Reads bodies as the protocol has them: JSON, or JSON of the length that the header tells and raw tensors behind it.
 * A body without a content type is taken as one of these, because tritonclient sends none.
 * `width` is the number of features in a row.
 */
export function readBodies(app: FastifyInstance, intake: Intake, limits: JsonLimits, width: number): void {
  const rowBytes = 4 * width;
  const rawRows = `A body without JSON must be rows of ${width} FP32 values: of a multiple of ${rowBytes} bytes`;
  const { read, parseJson } = acceptBodies(app, intake, limits);

  function parse(request: FastifyRequest, payload: IncomingMessage, done: Done<Body>): void {
    read(request, payload, done, (body) => {
      const length = jsonLength(request.headers[HEADER], body.byteLength);
      if (length === undefined) {
        done(new BadRequest(`${HEADER} must be the length of the JSON part of this body of ${body.byteLength} bytes.`));
        return;
      }
      if (length === 0 && body.byteLength > 0) {
        if (body.byteLength % rowBytes === 0) done(null, { json: rawRequest(body.byteLength, width), raw: body });
        else done(new BadRequest(`${rawRows}, not of ${body.byteLength}.`));
        return;
      }
      parseJson(request, body.subarray(0, length), (error, json) => {
        if (!error) done(null, { json, raw: rawPart(body, length) });
        else if (request.headers[HEADER] !== undefined) done(error);
        else done(new BadRequest(`${error.message} ${RAW_HINT}`));
      });
    });
  }

  app.addContentTypeParser(["application/json", "application/octet-stream"], parse);
  app.addContentTypeParser("*", (request, payload, done) => {
    if (request.headers["content-type"] === undefined) parse(request, payload, done);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
  });
}

/** The request for which a body without JSON stands: rows of `features` as FP32, to be answered by raw tensors. */
function rawRequest(bytes: number, width: number): InferRequest {
  const shape = [bytes / (4 * width), width];
  const parameters = { binary_data_size: bytes };
  return {
    inputs: [{ name: INPUT_NAME, shape, datatype: "FP32", parameters }],
    parameters: { binary_data_output: true },
  };
}

/**
 * The bytes behind the JSON, which has been read: they move up to it a little, so that the values of the first tensor
 * begin where a view of them may.
 */
function rawPart(body: Buffer, jsonBytes: number): Uint8Array {
  const start = jsonBytes - ((body.byteOffset + jsonBytes) % MOST_VALUE_BYTES);
  if (start < 0 || jsonBytes === body.length) return body.subarray(jsonBytes);
  body.copyWithin(start, jsonBytes);
  return body.subarray(start, start + body.length - jsonBytes);
}

function jsonLength(header: string | string[] | undefined, total: number): number | undefined {
  if (header === undefined) return total;
  const length = /^\d{1,9}$/.test(String(header)) ? Number(header) : total + 1;
  return length <= total ? length : undefined;
}
