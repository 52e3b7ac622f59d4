import { join } from "node:path";
import type { Dialect } from "./payloads.ts";

/** Paths and environment with which a server is started. */
export interface Places {
  /** The folder of our service's files, as in its image. */
  readonly app: string;
  /** The folder of the peer's virtual environment and files, in the lab's cache. */
  readonly home: string;
  readonly model: string;
  /** The options that the image gives to Node.js. */
  readonly nodeOptions: readonly string[];
  /** The variables that the image sets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How to start a server; it listens on 127.0.0.1 and the given port. */
export interface Launch {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One of the servers that are compared. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** Node.js servers are close together, so they are measured in turn, in short cycles; the others differ enough without that. */
  readonly runtime: "node" | "python";
  readonly dialect: Dialect;
  /** Whether it computes predictions; the others answer a constant. */
  readonly predicts: boolean;
  /** What the server does and with which settings, for the reader of the report. */
  readonly note: string;
  launch(places: Places, port: number): Launch;
}

/** The folder of the peers' sources. */
export const PEERS_DIR = join(import.meta.dirname, "peers");

function node(name: string, title: string, note: string): Peer {
  return {
    name,
    title,
    runtime: "node",
    dialect: "homework",
    predicts: false,
    note,
    launch: ({ nodeOptions, environment }, port) => ({
      command: [process.execPath, ...nodeOptions, join(PEERS_DIR, name, "app.ts")],
      cwd: PEERS_DIR,
      env: { ...environment, PORT: String(port) },
    }),
  };
}

interface PythonPeer {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly dialect?: Dialect;
  readonly command: (port: number, home: string) => readonly string[];
  readonly env?: (port: number) => Readonly<Record<string, string>>;
}

function python({ name, title, note, dialect = "homework", command, env }: PythonPeer): Peer {
  return {
    name,
    title,
    runtime: "python",
    dialect,
    predicts: true,
    note,
    launch: ({ home, model }, port) => ({
      command: command(port, join(home, "venv", "bin")),
      cwd: join(PEERS_DIR, name),
      env: {
        PORT: String(port),
        PYTHONPATH: PEERS_DIR,
        // Python keeps compiled files, as in an image, but not in the checkout.
        PYTHONPYCACHEPREFIX: join(home, "pycache"),
        PIPELINE_FILE: join(home, "pipeline.joblib"),
        MODEL_FILE: model,
        ...env?.(port),
      },
    }),
  };
}

const uvicorn = (port: number, bin: string) => [
  join(bin, "python"),
  ...["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", String(port)],
  ...["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"],
];

/** Every server, ours first. */
export const PEERS: readonly Peer[] = [
  {
    name: "ours",
    title: "online-inference",
    runtime: "node",
    dialect: "homework",
    predicts: true,
    note: "the image's own files and command; validates strictly, measures every answer, shares runs",
    launch: ({ app, nodeOptions, environment }, port) => ({
      command: [process.execPath, ...nodeOptions, "main.mjs"],
      cwd: app,
      env: { ...environment, PORT: String(port), HOST: "127.0.0.1", POD_NAME: "online-inference" },
    }),
  },
  node(
    "fastify-constant",
    "Fastify, constant answer",
    "Fastify with Ajv and fast-json-stringify on the service's schemas; a constant as long as our answer; our memory settings",
  ),
  node(
    "node-http",
    "node:http, constant answer",
    "receives the body, does not parse it; a constant as long as our answer, made beforehand; our memory settings",
  ),
  python({
    name: "fastapi-sklearn",
    title: "FastAPI + scikit-learn",
    note: "uvicorn with uvloop and httptools, pydantic strict, async def, assume_finite, one thread",
    command: uvicorn,
  }),
  python({
    name: "fastapi-onnx",
    title: "FastAPI + ONNX Runtime",
    note: "uvicorn with uvloop and httptools, pydantic strict, async def, one thread without spinning",
    command: uvicorn,
  }),
  python({
    name: "asgi-tuned",
    title: "ASGI by hand + ONNX Runtime",
    note: "uvicorn with uvloop and httptools, orjson, no validation, no framework, no date and server headers",
    command: (port, bin) => [...uvicorn(port, bin), "--lifespan", "off", "--no-server-header", "--no-date-header"],
  }),
  python({
    name: "bentoml",
    title: "BentoML",
    note: "one worker, async def, metrics and access log off",
    command: (port, bin) => [
      ...[join(bin, "python"), "-m", "bentoml", "serve", "app:Service"],
      ...["--host", "127.0.0.1", "--port", String(port)],
    ],
    env: () => ({ BENTOML_DO_NOT_TRACK: "True" }),
  }),
  python({
    name: "mlserver",
    title: "MLServer",
    dialect: "v2",
    note: "Open Inference Protocol v2 as JSON; parallel_workers 0, gzip, metrics and debug off",
    command: (_port, bin) => [join(bin, "mlserver"), "start", "."],
    env: (port) => ({ MLSERVER_HTTP_PORT: String(port), MLSERVER_GRPC_PORT: String(port + 1) }),
  }),
  python({
    name: "litserve",
    title: "LitServe",
    dialect: "one-path",
    note: "one API process and one worker (it allows no fewer), fast_queue, batches of up to 32",
    command: (_port, bin) => [join(bin, "python"), "app.py"],
  }),
];
