import { hostname, type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import Type, { type Static } from "typebox";
import { readVariables } from "./environment.ts";
import type { Column } from "./signature.ts";

const MOST_BODY_BYTES = 2 ** 20;

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
  RELEASE: Type.Optional(Type.String({ maxLength: 63, description: "instead of the card's own" })),
  POD_NAME: Type.String({ minLength: 1, maxLength: 253, default: hostname() }),
  DRAIN_MS: Type.Integer({ minimum: 0, maximum: 600_000, default: 3_000 }),
  BODY_LIMIT: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_BODY_BYTES, description: "bytes" })),
  REQUEST_TIMEOUT_MS: Type.Integer({ minimum: 1, maximum: 600_000, default: 10_000, description: "to arrive in full" }),
  MAX_WAITING_BYTES: Type.Integer({ minimum: 1, maximum: 2 ** 30, default: 2 ** 23, description: "of all bodies" }),
  MAX_ROWS: Type.Integer({ minimum: 1, maximum: 1_200, default: 1_000, description: "rows in one request" }),
});

// A float of full length on an indented line, without its feature's name. As pandas writes it, a row of the thirteen heart-disease
// features takes up to 519 bytes, for which this gives 640.
const BODY_BYTES_PER_VALUE = 44;
const BODY_BYTES_PER_ROW = 8;
const OTHER_BODY_BYTES = 4_096;

type Environment = Static<typeof EnvironmentSchema>;

/** The configuration of the service for its model. */
export interface Config extends Settings {
  readonly bodyLimitBytes: number;
}

/** The configuration of the service, read once at the start. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly logLevel: Environment["LOG_LEVEL"];
  readonly modelDir: string;
  /** Goes before the card's. */
  readonly release?: string | undefined;
  readonly podName: string;
  readonly drainMs: number;
  /** Follows from the rows of the model unless it is set. */
  readonly bodyLimitBytes?: number | undefined;
  readonly requestTimeoutMs: number;
  readonly maxWaitingBytes: number;
  readonly maxRows: number;
}

/**
 * Reads the configuration from environment variables; an empty variable counts as not set.
 * @throws {Error} naming every variable that is wrong, what it is, and what is allowed.
 */
export function readConfig(variables: NodeJS.ProcessEnv, interfaces = networkInterfaces()): Settings {
  const values = readVariables(EnvironmentSchema, variables);
  return {
    port: values.PORT,
    host: values.HOST ?? allAddresses(interfaces),
    logLevel: values.LOG_LEVEL,
    modelDir: values.MODEL_DIR,
    release: values.RELEASE,
    podName: values.POD_NAME,
    drainMs: values.DRAIN_MS,
    bodyLimitBytes: values.BODY_LIMIT,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    maxWaitingBytes: values.MAX_WAITING_BYTES,
    maxRows: values.MAX_ROWS,
  };
}

/** The configuration for rows of these features: bodies are as long as MAX_ROWS of them need, unless it says otherwise. */
export function configFor(settings: Settings, columns: readonly Pick<Column, "name">[]): Config {
  const perValue = columns.map(({ name }) => Buffer.byteLength(name) + BODY_BYTES_PER_VALUE);
  const perRow = perValue.reduce((sum, bytes) => sum + bytes, BODY_BYTES_PER_ROW);
  const needed = Math.min(MOST_BODY_BYTES, perRow * settings.maxRows + OTHER_BODY_BYTES);
  return { ...settings, bodyLimitBytes: settings.bodyLimitBytes ?? needed };
}

/**
 * The release that is served.
 * @throws {Error} if neither card nor environment names one.
 */
export function releaseOf(card: { readonly release?: string }, { release }: Pick<Settings, "release">): string {
  const named = release ?? card.release;
  if (named === undefined)
    throw new Error("card.json has no release: add one, or set the environment variable RELEASE.");
  return named;
}

/** All addresses of both IP families if an interface has IPv6, else of IPv4: a kernel without IPv6 refuses "::". */
function allAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.some(({ family }) => family === "IPv6") ? "::" : "0.0.0.0";
}
