import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  GetSchemaRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Tools } from "./build.ts";
import { checkInputs, type Host } from "./check.ts";
import { type Connection, connectionFrom, refuseUnsupported } from "./connection.ts";
import { Daemon } from "./daemon.ts";
import { diffInputs } from "./diff.ts";
import { EngineLog } from "./engine-log.ts";
import { UserError } from "./errors.ts";
import { type MadeImage, makeImage, previewImage } from "./image.ts";
import { IMAGE_TYPE, PLUGIN_VERSION, refusal } from "./official.ts";
import { type Bag, isUnknown, plainBag, readStruct, writeStruct } from "./properties.ts";
import { SCHEMA } from "./schema.ts";
import { type Handler, unary } from "./unary.ts";

/** The environment and effects of the provider; tests replace them. */
export interface Surroundings extends Host {
  env: NodeJS.ProcessEnv;
  engineAddress: string | undefined;
}

/** The gRPC service that Pulumi's engine talks to. Methods that are missing here are answered as unimplemented. */
export function createService(surroundings: Surroundings): UntypedServiceImplementation {
  const provider = new Provider(surroundings);
  const methods: Record<string, Handler> = {
    getPluginInfo: () => provider.pluginInfo(),
    getSchema: (request) => provider.schema(request as GetSchemaRequest),
    attach: (request) => provider.attach((request as pluginPb.PluginAttach).getAddress()),
    checkConfig: (request) => provider.checkConfig(request as CheckRequest),
    diffConfig: () => new pb.DiffResponse(),
    configure: (request) => provider.configure(request as ConfigureRequest),
    check: (request) => provider.check(request as CheckRequest),
    diff: (request) => provider.diff(request as DiffRequest),
    create: (request, signal) => provider.create(request as CreateRequest, signal),
    update: (request, signal) => provider.update(request as UpdateRequest, signal),
    read: (request) => provider.read(request as ReadRequest),
    delete: (request) => provider.delete(request as DeleteRequest),
    invoke: (request) => provider.invoke(request as InvokeRequest),
    cancel: () => provider.cancel(),
  };
  return Object.fromEntries(Object.entries(methods).map(([name, handler]) => [name, unary(handler)]));
}

class Provider {
  readonly #surroundings: Surroundings;
  readonly #cancelled = new AbortController();
  #log: EngineLog;
  #connection: Connection | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#log = new EngineLog(surroundings.engineAddress);
  }

  pluginInfo() {
    const info = new pluginPb.PluginInfo();
    info.setVersion(PLUGIN_VERSION);
    return info;
  }

  schema(request: GetSchemaRequest) {
    if (request.getVersion() !== 0) throw new UserError(`unsupported schema version ${request.getVersion()}`);
    const response = new pb.GetSchemaResponse();
    response.setSchema(SCHEMA);
    return response;
  }

  attach(address: string) {
    this.#log = new EngineLog(address);
    return new emptyPb.Empty();
  }

  checkConfig(request: CheckRequest) {
    const news = plainBag(readStruct(request.getNews()));
    const known = Object.entries(news).filter(([, value]) => typeof value === "string" && !isUnknown(value));
    refuseUnsupported(Object.fromEntries(known) as Record<string, string>);
    const response = new pb.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }

  async configure(request: ConfigureRequest) {
    const variables = request.getVariablesMap().toArray();
    const config = Object.fromEntries(variables.map(([key, value]) => [key.replace(/^docker:config:/, ""), value]));
    this.#connection = connectionFrom(config, this.#surroundings.env);
    if (this.#connection.checkDaemon) await new Daemon(this.#connection).ping();
    const response = new pb.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  async check(request: CheckRequest) {
    requireImage(request.getUrn());
    const response = new pb.CheckResponse();
    response.setInputs(writeStruct(await checkInputs(readStruct(request.getNews()), this.#surroundings)));
    return response;
  }

  diff(request: DiffRequest) {
    requireImage(request.getUrn());
    const changes = Object.entries(diffInputs(readStruct(request.getOlds()), readStruct(request.getNews())));
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    const { ADD, DELETE, UPDATE } = pb.PropertyDiff.Kind;
    const response = new pb.DiffResponse();
    response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setHasdetaileddiff(changes.length > 0);
    for (const [key, change] of changes) {
      const property = new pb.PropertyDiff();
      property.setKind({ add: ADD, delete: DELETE, update: UPDATE }[change]);
      response.getDetaileddiffMap().set(key, property);
    }
    return response;
  }

  async create(request: CreateRequest, signal: AbortSignal) {
    const made = await this.#make(request.getUrn(), readStruct(request.getProperties()), request.getPreview(), signal);
    const response = new pb.CreateResponse();
    response.setId(made.id);
    response.setProperties(writeStruct(made.outputs));
    return response;
  }

  async update(request: UpdateRequest, signal: AbortSignal) {
    const made = await this.#make(request.getUrn(), readStruct(request.getNews()), request.getPreview(), signal);
    const response = new pb.UpdateResponse();
    response.setProperties(writeStruct(made.outputs));
    return response;
  }

  async #make(urn: string, inputs: Bag, preview: boolean, signal: AbortSignal): Promise<MadeImage> {
    requireImage(urn);
    if (this.#connection === undefined) throw new Error("the provider was not configured before its use");
    const tools: Tools = {
      ...this.#surroundings,
      daemon: new Daemon(this.#connection),
      signal: AbortSignal.any([signal, this.#cancelled.signal]),
      status: (line) => this.#log.status(urn, line),
      warn: (text) => this.#log.warn(urn, text),
    };
    try {
      return await (preview ? previewImage(inputs, tools) : makeImage(inputs, tools));
    } finally {
      await this.#log.flush();
    }
  }

  /** Returns the stored state without asking the daemon, like the official plugin. */
  read(request: ReadRequest) {
    requireImage(request.getUrn());
    const response = new pb.ReadResponse();
    response.setId(request.getId());
    response.setInputs(request.getInputs());
    response.setProperties(request.getProperties());
    return response;
  }

  /** Leaves the image in the daemon, like the official plugin. */
  delete(request: DeleteRequest) {
    requireImage(request.getUrn());
    return new emptyPb.Empty();
  }

  invoke(request: InvokeRequest): never {
    throw new UserError(refusal(`Function ${request.getTok()}`));
  }

  cancel() {
    this.#cancelled.abort();
    return new emptyPb.Empty();
  }
}

/** Refuses resources of other types; the type is part of the URN: `urn:pulumi:stack::project::parent$type::name`. */
function requireImage(urn: string): void {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? urn;
  if (type !== IMAGE_TYPE) throw new UserError(refusal(`Resource type ${type}`));
}
