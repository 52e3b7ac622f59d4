import { credentials } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Sends messages to Pulumi's engine, which shows them beside the resource; without an engine they are dropped. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineRpc.EngineClient> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(address: string | undefined) {
    if (address) this.#client = new engineRpc.EngineClient(address, credentials.createInsecure());
  }

  /** Shows a line in passing, while the resource is being worked on. */
  status(urn: string, text: string): void {
    this.#send(urn, text, enginePb.LogSeverity.INFO, true);
  }

  /** Shows a warning that stays. */
  warn(urn: string, text: string): void {
    this.#send(urn, text, enginePb.LogSeverity.WARNING, false);
  }

  /** Waits until everything said so far has arrived. */
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
    // One at a time keeps the order. A message that the engine does not take must not fail a build.
    this.#last = this.#last.then(() => new Promise((done) => client.log(request, () => done())));
  }
}
