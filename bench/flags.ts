import { parseArgs } from "node:util";
import { UserError } from "../common/user-error.ts";

/** The command line's flags, checked and with defaults. */
export interface Flags {
  readonly peers: readonly string[];
  readonly rounds: number;
  /** One round of short loads: the same figures in some 3 minutes, less sure. */
  readonly quick: boolean;
  /** Also write docs/benchmark.md and .svg. */
  readonly docs: boolean;
}

const DEFAULT_ROUNDS = 5;
const MAX_ROUNDS = 50;

/** The usage line. */
export const USAGE = "npm run bench -- [--peers a,b] [--rounds N] [--quick] [--docs]";

/**
 * The flags of a command line.
 * @throws {UserError} saying what is wrong and what is allowed.
 */
export function readFlags(args: readonly string[], names: readonly string[]): Flags {
  const { values } = parse(args);
  const peers = values.peers?.split(",") ?? names;
  const unknown = peers.filter((peer) => !names.includes(peer));
  if (unknown.length > 0) {
    throw new UserError(
      `no peer ${unknown.map((name) => JSON.stringify(name)).join(", ")}; allowed: ${names.join(", ")}. ${USAGE}`,
    );
  }
  const rounds = values.rounds ?? String(values.quick ? 1 : DEFAULT_ROUNDS);
  if (!/^\d{1,2}$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > MAX_ROUNDS) {
    throw new UserError(`--rounds is ${JSON.stringify(rounds)}; allowed: 1 to ${MAX_ROUNDS}. ${USAGE}`);
  }
  return {
    peers: names.filter((name) => peers.includes(name)),
    rounds: Number(rounds),
    quick: values.quick ?? false,
    docs: values.docs ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        peers: { type: "string" },
        rounds: { type: "string" },
        quick: { type: "boolean" },
        docs: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message} ${USAGE}`, { cause: error });
  }
}
