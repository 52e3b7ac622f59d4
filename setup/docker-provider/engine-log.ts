import { credentials } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Sends messages to Pulumi's engine, which shows them beside the resource. Without an engine it drops them. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineRpc.EngineClient> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(address: string | undefined) {
    if (address) this.#client = new engineRpc.EngineClient(address, credentials.createInsecure());
  }

  /** Shows a line until the next one comes. */
  status(urn: string, text: string): void {
    this.#send(urn, text, enginePb.LogSeverity.INFO, true);
  }

  /** Shows a warning that stays. */
  warn(urn: string, text: string): void {
    this.#send(urn, text, enginePb.LogSeverity.WARNING, false);
  }

  /** Waits until all messages so far have arrived. */
  flush(): Promise<void> {
    return this.#last;
  }

  #send(urn: string, text: string, severity: 0 | 1 | 2 | 3, ephemeral: boolean): void {
    const client = this.#client;
    if (client === undefined) return;
    const request = new enginePb.LogRequest();
    request.setUrn(urn);
    request.setMessage(text);
    request.setSeverity(severity);
    request.setEphemeral(ephemeral);
    // One message at a time keeps their order. A message that the engine refuses must not make a build fail.
    this.#last = this.#last.then(() => new Promise((done) => client.log(request, () => done())));
  }
}
