import { hostname, type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import Type, { type Static } from "typebox";
import { readVariables } from "./environment.ts";

// The service's environment variables, with units and defaults; every one is optional. The upper bounds of BODY_LIMIT
// and MAX_ROWS keep the CPU time to refuse a body under 50 ms, whatever it holds: it takes 20 ms, and 40 ms for the
// first body of a process.
const EnvironmentSchema = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8050, description: "0 takes any free port" }),
  HOST: Type.Optional(
    Type.String({
      pattern: "^(localhost|[0-9a-fA-F:.]+(%\\w+)?)$",
      description: "an IP address; all addresses, of IPv6 too where there is that, unless set",
    }),
  ),
  LOG_LEVEL: Type.Enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], { default: "info" }),
  MODEL_DIR: Type.String({ minLength: 1, default: import.meta.dirname, description: "holds model.onnx and card.json" }),
  POD_NAME: Type.String({ minLength: 1, maxLength: 253, default: hostname() }),
  DRAIN_MS: Type.Integer({ minimum: 0, maximum: 600_000, default: 3_000 }),
  BODY_LIMIT: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 20, description: "bytes" })),
  REQUEST_TIMEOUT_MS: Type.Integer({ minimum: 1, maximum: 600_000, default: 10_000, description: "to arrive in full" }),
  MAX_WAITING_BYTES: Type.Integer({ minimum: 1, maximum: 2 ** 30, default: 2 ** 23, description: "of all bodies" }),
  MAX_ROWS: Type.Integer({ minimum: 1, maximum: 1_200, default: 1_000, description: "rows in one request" }),
});

// A row as pandas writes it takes up to 519 bytes: floats of full length, each on an indented line with its name.
const BODY_BYTES_PER_ROW = 640;
const OTHER_BODY_BYTES = 4_096;

type Environment = Static<typeof EnvironmentSchema>;

/** The configuration of the service, read once at the start. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly logLevel: Environment["LOG_LEVEL"];
  readonly modelDir: string;
  readonly podName: string;
  readonly drainMs: number;
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  readonly maxWaitingBytes: number;
  readonly maxRows: number;
}

/**
 * Reads the configuration from environment variables; an empty variable counts as not set.
 * @throws {Error} naming every variable that is wrong, what it is, and what is allowed.
 */
export function readConfig(variables: NodeJS.ProcessEnv, interfaces = networkInterfaces()): Config {
  const values = readVariables(EnvironmentSchema, variables);
  return {
    port: values.PORT,
    host: values.HOST ?? allAddresses(interfaces),
    logLevel: values.LOG_LEVEL,
    modelDir: values.MODEL_DIR,
    podName: values.POD_NAME,
    drainMs: values.DRAIN_MS,
    bodyLimitBytes: values.BODY_LIMIT ?? BODY_BYTES_PER_ROW * values.MAX_ROWS + OTHER_BODY_BYTES,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    maxWaitingBytes: values.MAX_WAITING_BYTES,
    maxRows: values.MAX_ROWS,
  };
}

/** All addresses of both IP families if an interface has IPv6, else of IPv4: a kernel without IPv6 refuses "::". */
function allAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.some(({ family }) => family === "IPv6") ? "::" : "0.0.0.0";
}
