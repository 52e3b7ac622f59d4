import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { cacheFolder } from "../../start/cache-folder.ts";
import { factsIn } from "../../start/kept-fact.ts";
import { createService } from "./provider.ts";

/** Pulumi's own limit for a message, in bytes. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** How often to check that Pulumi still runs, in milliseconds. */
const PARENT_CHECK_MS = 2_000;
/** Go's names for architectures where those of Node.js differ; platforms of images use Go's names. */
const GO_ARCHITECTURES: Record<string, string> = { x64: "amd64", ia32: "386" };

const env = { ...process.env };
// dockerode would use these variables for every connection, but connection.ts alone decides.
for (const name of ["DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"]) delete process.env[name];

// The engine ends its plugins when it ends. If it was killed, it cannot, so the plugin ends when its parent is gone.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), PARENT_CHECK_MS).unref();

const server = new Server({
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
});
const service = createService({
  env,
  programDir: process.cwd(),
  architecture: GO_ARCHITECTURES[process.arch] ?? process.arch,
  facts: factsIn(cacheFolder(env)),
  engineAddress: process.argv[2],
});
server.addService(providerRpc.ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  console.log(port);
});
