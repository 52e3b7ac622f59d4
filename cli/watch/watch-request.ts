import { UserError } from "../../common/user-error.ts";
import { LEFT_OUT } from "../../observer/request/redaction.ts";
import type { WorkloadName } from "../../observer/watch/ownership.ts";
import { count } from "../../observer/words.ts";
import type { LoadSource } from "../observation/load-source.ts";
import { USAGES } from "../usage/commands.ts";
import { readArguments, seeHelp } from "../usage/read-arguments.ts";

/** What is to be watched, as it is named: a workload, or all workloads behind a Service. */
export type WatchedName = WorkloadName | { readonly kind: "Service"; readonly name: string };

/** The user's request to `watch`. */
export interface WatchRequest {
  readonly watched: WatchedName;
  readonly namespace?: string;
  readonly context?: string;
  /** The Service that gets the load; the only one that selects the pods unless it is given. */
  readonly service?: string;
  readonly url?: string;
  readonly loadFrom?: LoadSource;
  readonly loadImage?: string;
  /** Path of the file that describes the request. */
  readonly request?: string;
  readonly expect: readonly string[];
  readonly answeredBy?: string;
  readonly rate?: number;
  /** Path of a file of hypotheses. */
  readonly hypotheses?: string;
  readonly junit?: string;
  readonly summary?: string;
  readonly timeoutMs?: number;
  /** Sends load to any address without a question. */
  readonly yes: boolean;
  /** Prints the rights that a watch needs, and does nothing else. */
  readonly printRbac: boolean;
  /** The program that makes the change, and its arguments; absent where somebody else makes it. */
  readonly command?: readonly [string, ...string[]];
}

/** Kinds by the words that kubectl takes for them. */
const KINDS: Readonly<Record<string, WatchedName["kind"]>> = {
  deployment: "Deployment",
  deployments: "Deployment",
  deploy: "Deployment",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  sts: "StatefulSet",
  replicaset: "ReplicaSet",
  replicasets: "ReplicaSet",
  rs: "ReplicaSet",
  pod: "Pod",
  pods: "Pod",
  po: "Pod",
  service: "Service",
  services: "Service",
  svc: "Service",
};

/** Names as Kubernetes allows them: anything else would ask the API for another path. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

const FORMS = "deployment/NAME, statefulset/NAME, replicaset/NAME, pod/NAME or service/NAME";

/**
 * Reads what `watch` was asked for.
 * @throws {UserError} for the first argument that is not allowed.
 */
export function readWatch(args: readonly string[]): WatchRequest {
  const usage = USAGES.watch;
  const { positionals, flags, command } = readArguments(usage, args);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    // Where "--" was forgotten, these are a command's arguments, which may be secret.
    const others = more.length > 0 ? ` and ${count(more.length, "more word")} ${LEFT_OUT}` : "";
    throw new UserError(
      `workload: got ${JSON.stringify(name ?? "")}${others}, allowed: one of ${FORMS}; a command follows after "--". ${seeHelp(usage)}`,
    );
  }
  const [program, ...rest] = command;
  if (flags.url !== undefined && !isHttp(flags.url)) {
    throw new UserError(`--url: got no address, allowed: http://… or https://…. ${seeHelp(usage)}`);
  }
  for (const flag of ["namespace", "service"] as const) {
    const given = flags[flag];
    if (given === undefined || OBJECT_NAME.test(given)) continue;
    throw new UserError(
      `--${flag}: got ${JSON.stringify(given)}, allowed: lower-case letters, digits, "-" and ".". ${seeHelp(usage)}`,
    );
  }
  return {
    watched: watchedName(name),
    ...given("namespace", flags.namespace),
    ...given("context", flags.context),
    ...given("service", flags.service),
    ...given("url", flags.url),
    ...given("loadFrom", flags["load-from"] as LoadSource | undefined),
    ...given("loadImage", flags["load-image"]),
    ...given("request", flags.request),
    expect: flags.expect ?? [],
    ...given("answeredBy", flags["answered-by"]),
    ...given("rate", flags.rate),
    ...given("hypotheses", flags.hypotheses),
    ...given("junit", flags.junit),
    ...given("summary", flags.summary),
    ...given("timeoutMs", flags.timeout === undefined ? undefined : flags.timeout * 1000),
    yes: flags.yes,
    printRbac: flags["print-rbac"],
    ...(program !== undefined && { command: [program, ...rest] as const }),
  };
}

/**
 * Reads a workload's name as kubectl writes it, `deployment/web`.
 * @throws {UserError} that says which forms there are.
 */
export function watchedName(text: string): WatchedName {
  const [word = "", name, ...more] = text.split("/");
  const kind = KINDS[word.toLowerCase().replace(/\.apps$|\.v1\.apps$/, "")];
  if (kind !== undefined && name !== undefined && OBJECT_NAME.test(name) && more.length === 0) return { kind, name };
  throw new UserError(`workload: got ${JSON.stringify(text)}, allowed: ${FORMS}. ${seeHelp(USAGES.watch)}`);
}

/** The name as it is typed: `deployment/web`. */
export const typedName = ({ kind, name }: WatchedName): string => `${kind.toLowerCase()}/${name}`;

const isHttp = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
