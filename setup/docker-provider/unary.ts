import { type handleUnaryCall, type ServiceError, status } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import { messageOf, UserError } from "./errors.ts";

/** A method of the service; its signal aborts when the caller gives up. */
export type Handler = (request: unknown, signal: AbortSignal) => Message | Promise<Message>;

/** Makes a gRPC method of a function. An error that the function throws becomes the call's error, with the same message. */
export function unary(handler: Handler): handleUnaryCall<unknown, Message> {
  return (call, reply) => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    Promise.resolve()
      .then(() => handler(call.request, gone.signal))
      .then(
        (response) => reply(null, response),
        (error: unknown) => {
          // Any other error is a bug of the plugin: its stack trace helps, and Pulumi shows what a plugin writes to stderr.
          if (!(error instanceof UserError) && error instanceof Error) console.error(error.stack);
          reply({ code: status.UNKNOWN, details: messageOf(error) } as ServiceError);
        },
      );
  };
}
