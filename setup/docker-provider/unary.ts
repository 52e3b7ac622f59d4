import { type handleUnaryCall, type ServiceError, status } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import { messageOf, UserError } from "./errors.ts";

/** One method of the service: the signal aborts when the caller gives up. */
export type Handler = (request: unknown, signal: AbortSignal) => Message | Promise<Message>;

/** Makes a gRPC method of a function; what it throws becomes the call's error, in its own words. */
export function unary(handler: Handler): handleUnaryCall<unknown, Message> {
  return (call, reply) => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    Promise.resolve()
      .then(() => handler(call.request, gone.signal))
      .then(
        (response) => reply(null, response),
        (error: unknown) => {
          // A fault of the plugin itself: its stack helps, and Pulumi shows what a plugin writes there.
          if (!(error instanceof UserError) && error instanceof Error) console.error(error.stack);
          reply({ code: status.UNKNOWN, details: messageOf(error) } as ServiceError);
        },
      );
  };
}
