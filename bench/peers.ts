import { join } from "node:path";
import { BASELINE } from "./baseline.ts";
import type { Dialect } from "./payloads.ts";

/** Paths and environment with which a server is started. */
export interface Places {
  /** The folder of a Node.js server's files, as in an image. */
  readonly app: string;
  /** The copy of Node.js that runs the servers. */
  readonly node: string;
  /** The folder of the peer's virtual environment and files, in the lab's cache. */
  readonly home: string;
  readonly model: string;
  /** The trainer's rows and answers. */
  readonly expectedFile: string;
  /** The options that the image gives to Node.js, and the script. */
  readonly nodeArguments: readonly string[];
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
    launch: (places, port) => launchNode(places, { PORT: String(port), EXPECTED_FILE: places.expectedFile }),
  };
}

function service(name: string, title: string, note: string): Peer {
  return {
    name,
    title,
    runtime: "node",
    dialect: "homework",
    predicts: true,
    note,
    launch: (places, port) =>
      launchNode(places, { PORT: String(port), HOST: "127.0.0.1", POD_NAME: "online-inference" }),
  };
}

function launchNode({ node, nodeArguments, app, environment }: Places, env: Launch["env"]): Launch {
  return { command: [node, ...nodeArguments], cwd: app, env: { ...environment, ...env } };
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

/** A server's command line for the report: without folders, and with PORT for its port. */
export function commandLine(peer: Peer, places: Places): string {
  const { command } = peer.launch(places, PORT_TO_SHOW);
  return command.map((argument) => argument.replace(/^\/.*\//, "").replace(String(PORT_TO_SHOW), "PORT")).join(" ");
}

const PORT_TO_SHOW = 54_321;

/** Every server, ours first. */
export const PEERS: readonly Peer[] = [
  service(
    "ours",
    "online-inference",
    "the image's own files and command; validates strictly, measures every answer, shares runs",
  ),
  service(
    "baseline",
    `online-inference at ${BASELINE}`,
    "the service of that commit, built from the history by its own build, with the command of its own image",
  ),
  node(
    "fastify-constant",
    "Fastify, constant answer",
    "Fastify with Ajv and fast-json-stringify on the service's schemas; bundled as the service is; a constant as long as our answer; our memory settings",
  ),
  node(
    "node-http",
    "node:http, constant answer",
    "receives the body, keeps nothing of it; a constant string as long as our answer, made beforehand; bundled as the service is; our memory settings",
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
    note: "uvicorn with uvloop and httptools, one worker, async def, no batches, metrics and access log off",
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
    note: "uvicorn with uvloop and httptools, Open Inference Protocol v2 as JSON, no check of ranges; parallel_workers 0, no batches; gzip, metrics and debug off",
    command: (_port, bin) => [join(bin, "mlserver"), "start", "."],
    env: (port) => ({ MLSERVER_HTTP_PORT: String(port), MLSERVER_GRPC_PORT: String(port + 1) }),
  }),
  python({
    name: "litserve",
    title: "LitServe",
    dialect: "one-path",
    note: "uvicorn with uvloop and httptools, one API process and one worker (it allows no fewer), fast_queue, batches of up to 32 for 1 ms",
    command: (_port, bin) => [join(bin, "python"), "app.py"],
  }),
];
