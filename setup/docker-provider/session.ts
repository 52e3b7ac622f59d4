import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import jspb from "google-protobuf";
import type { Credentials, CredentialsOf } from "./credentials.ts";
import type { Daemon } from "./daemon.ts";

/** A BuildKit session, through which the daemon asks for credentials of registries when it pulls. */
export interface Session {
  id: string;
  close(): void;
}

const AUTH = "/moby.filesync.v1.Auth/Credentials";
const HEALTH = "/grpc.health.v1.Health/Check";

/** Opens a session. The daemon becomes the gRPC client and this process the server, over a connection that this process opened. */
export async function openSession(daemon: Daemon, credentialsOf: CredentialsOf): Promise<Session> {
  const id = randomUUID();
  const socket = (await daemon.request({
    path: "/session",
    hijack: true,
    headers: {
      Upgrade: "h2c",
      "X-Docker-Expose-Session-Uuid": id,
      "X-Docker-Expose-Session-Name": "pulumi-docker",
      "X-Docker-Expose-Session-Grpc-Method": AUTH,
    },
  })) as Socket;
  const server = new Server();
  server.addService(services, {
    credentials(call: ServerUnaryCall<string, Credentials>, reply: sendUnaryData<Credentials>) {
      credentialsOf(call.request).then(
        (found) => reply(null, found ?? {}),
        (error: Error) => reply(error),
      );
    },
    health: (_call: unknown, reply: sendUnaryData<null>) => reply(null, null),
  });
  // Node's HTTP/2 server refuses a TLS connection that did not negotiate h2 by ALPN. This one agreed on h2 by an HTTP upgrade.
  Object.assign(socket, { alpnProtocol: "h2" });
  // The daemon closes the connection at the end of a build; that is no error.
  socket.on("error", () => socket.destroy());
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    close() {
      server.forceShutdown();
      socket.destroy();
    },
  };
}

const unary = { requestStream: false, responseStream: false } as const;
const services = {
  credentials: {
    ...unary,
    path: AUTH,
    requestDeserialize: readHost,
    requestSerialize: () => Buffer.alloc(0),
    responseSerialize: writeCredentials,
    responseDeserialize: () => ({}),
  },
  health: {
    ...unary,
    path: HEALTH,
    requestDeserialize: () => null,
    requestSerialize: () => Buffer.alloc(0),
    // Field 1 (status), value 1 (serving).
    responseSerialize: () => Buffer.from([0x08, 0x01]),
    responseDeserialize: () => null,
  },
};

// CredentialsRequest: 1 = host.
function readHost(bytes: Buffer): string {
  const reader = new jspb.BinaryReader(bytes);
  let host = "";
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) host = reader.readString();
    else reader.skipField();
  }
  return host;
}

// CredentialsResponse: 1 = user name, 2 = secret; a token goes without a user name.
function writeCredentials({ username, password, identitytoken }: Credentials): Buffer {
  const writer = new jspb.BinaryWriter();
  if (identitytoken) {
    writer.writeString(2, identitytoken);
  } else if (username) {
    writer.writeString(1, username);
    writer.writeString(2, password ?? "");
  }
  return Buffer.from(writer.getResultBuffer());
}
