import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { installDockerProvider } from "../../../setup/docker-provider/install.ts";
import { type Bag, readStruct, writeStruct } from "../../../setup/docker-provider/properties.ts";

/** The URN of the image in these tests. */
const IMAGE_URN = "urn:pulumi:test::project::docker:index/image:Image::image";

/** The installed plugin as a running process; tests call it over gRPC like Pulumi. */
export interface Plugin {
  configure(config: Record<string, string>): Promise<void>;
  check(news: Bag, urn?: string): Promise<Bag>;
  diff(olds: Bag, news: Bag): Promise<{ changed: boolean; kinds: Record<string, number>; replaces: string[] }>;
  create(inputs: Bag, preview?: boolean): Promise<{ id: string; outputs: Bag }>;
  update(olds: Bag, news: Bag, preview?: boolean): Promise<Bag>;
  read(id: string, outputs: Bag): Promise<Bag>;
  delete(id: string, outputs: Bag): Promise<void>;
  cancel(): Promise<void>;
  version(): Promise<string>;
  /** All messages that the plugin has sent to the engine. */
  messages: { severity: number; text: string; ephemeral: boolean }[];
  /** Resolves when the plugin sends the engine a message that matches. */
  told(pattern: RegExp): Promise<void>;
  /** All output of the process itself. */
  printed(): string;
  stop(): Promise<void>;
}

/** Installs the plugin into a temporary folder, and starts it for the given program folder. */
export async function startPlugin(programDir: string, env: Record<string, string> = {}): Promise<Plugin> {
  const pluginsDir = await mkdtemp(join(tmpdir(), "plugins-"));
  const folder = await installDockerProvider({ pluginsDir, nodePath: process.execPath, version: "5.2.0" });
  const engine = await startEngine();
  const { DOCKER_HOST, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY, ...others } = process.env;
  const child = spawn(join(folder, "pulumi-resource-docker"), [engine.address], {
    cwd: programDir,
    env: { ...others, DOCKER_CONFIG: pluginsDir, ...env },
  });
  const printed: string[] = [];
  child.stdout.on("data", (data) => printed.push(String(data)));
  child.stderr.on("data", (data) => printed.push(String(data)));
  const client = new providerRpc.ResourceProviderClient(
    `127.0.0.1:${await firstLine(child)}`,
    credentials.createInsecure(),
  );
  return {
    ...methods(client),
    messages: engine.messages,
    told: engine.told,
    printed: () => printed.join(""),
    async stop() {
      client.close();
      const gone = new Promise((done) => child.once("exit", done));
      child.kill();
      await gone;
      engine.server.forceShutdown();
      await rm(pluginsDir, { recursive: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    if (child.stdout) createInterface({ input: child.stdout }).once("line", done);
    child.once("exit", (code) => fail(new Error(`the plugin ended with ${code} before it told its port`)));
  });
}

async function startEngine() {
  const messages: Plugin["messages"] = [];
  const waiting: { pattern: RegExp; done: () => void }[] = [];
  const server = new Server();
  server.addService(engineRpc.EngineService, {
    log({ request }: ServerUnaryCall<LogRequest, emptyPb.Empty>, reply: sendUnaryData<emptyPb.Empty>) {
      const text = request.getMessage();
      messages.push({ severity: request.getSeverity(), text, ephemeral: request.getEphemeral() });
      for (const { pattern, done } of waiting) if (pattern.test(text)) done();
      reply(null, new emptyPb.Empty());
    },
  });
  const bind = (done: (port: number) => void, fail: (error: Error) => void) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? fail(error) : done(port),
    );
  const told = (pattern: RegExp) =>
    messages.some(({ text }) => pattern.test(text))
      ? Promise.resolve()
      : new Promise<void>((done) => waiting.push({ pattern, done }));
  return { server, messages, told, address: `127.0.0.1:${await new Promise(bind)}` };
}

function methods(client: InstanceType<typeof providerRpc.ResourceProviderClient>) {
  type Done<Response> = (error: Error | null, response: Response) => void;
  const send = <Response>(start: (done: Done<Response>) => unknown) =>
    new Promise<Response>((done, fail) => {
      start((error, response) => (error ? fail(error) : done(response)));
    });
  return {
    async configure(config: Record<string, string>) {
      const request = new pb.ConfigureRequest();
      for (const [key, value] of Object.entries(config)) request.getVariablesMap().set(`docker:config:${key}`, value);
      request.setAcceptsecrets(true);
      await send<pb.ConfigureResponse>((done) => client.configure(request, done));
    },
    async check(news: Bag, urn = IMAGE_URN) {
      const request = new pb.CheckRequest();
      request.setUrn(urn);
      request.setNews(writeStruct(news));
      return readStruct((await send<pb.CheckResponse>((done) => client.check(request, done))).getInputs());
    },
    async diff(olds: Bag, news: Bag) {
      const request = new pb.DiffRequest();
      request.setUrn(IMAGE_URN);
      request.setOlds(writeStruct(olds));
      request.setNews(writeStruct(news));
      const response = await send<pb.DiffResponse>((done) => client.diff(request, done));
      const kinds = response.getDetaileddiffMap().toArray() as unknown as [string, pb.PropertyDiff][];
      return {
        changed: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
        kinds: Object.fromEntries(kinds.map(([key]) => [key, response.getDetaileddiffMap().get(key)?.getKind() ?? -1])),
        replaces: response.getReplacesList(),
      };
    },
    async create(inputs: Bag, preview = false) {
      const request = new pb.CreateRequest();
      request.setUrn(IMAGE_URN);
      request.setProperties(writeStruct(inputs));
      request.setPreview(preview);
      const response = await send<pb.CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), outputs: readStruct(response.getProperties()) };
    },
    async update(olds: Bag, news: Bag, preview = false) {
      const request = new pb.UpdateRequest();
      request.setUrn(IMAGE_URN);
      request.setOlds(writeStruct(olds));
      request.setNews(writeStruct(news));
      request.setPreview(preview);
      return readStruct((await send<pb.UpdateResponse>((done) => client.update(request, done))).getProperties());
    },
    async read(id: string, outputs: Bag) {
      const request = new pb.ReadRequest();
      request.setId(id);
      request.setUrn(IMAGE_URN);
      request.setProperties(writeStruct(outputs));
      return readStruct((await send<pb.ReadResponse>((done) => client.read(request, done))).getProperties());
    },
    async delete(id: string, outputs: Bag) {
      const request = new pb.DeleteRequest();
      request.setId(id);
      request.setUrn(IMAGE_URN);
      request.setProperties(writeStruct(outputs));
      await send<emptyPb.Empty>((done) => client.delete(request, done));
    },
    async cancel() {
      await send<emptyPb.Empty>((done) => client.cancel(new emptyPb.Empty(), done));
    },
    async version() {
      return (await send<PluginInfo>((done) => client.getPluginInfo(new emptyPb.Empty(), done))).getVersion();
    },
  };
}
