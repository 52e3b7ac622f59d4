import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../common/user-error.ts";
import type { Transport } from "../../observer/api-server.ts";
import { curlCommand, forwardCommand } from "../../stacks/program/outputs.ts";
import type { StackAddress } from "../../stacks/program/stack-address.ts";
import { predictOnce, predictThrough, type Row, type TimedPrediction } from "../service.ts";
import { type Tunnel, type TunnelTarget, tunnelArguments } from "./tunnel.ts";

/** The ways to a stack's pods from this machine, the best one first. */
export interface Ways {
  /** Whether it is a pod of the stack that answers under a base URL. */
  readonly answers: (baseUrl: string) => Promise<boolean>;
  /** The base URL under which the stack answers on this machine; throws a UserError where it does not. */
  readonly findAddress: () => Promise<string>;
  readonly openTunnel: (target: Omit<TunnelTarget, "minikube">) => Promise<Tunnel | undefined>;
  readonly transport: Pick<Transport, "request">;
  /** The row to ask for, where the stack serves a model of the user's own: the lab's patient is none of its rows. */
  readonly row?: Row;
  /** Takes a line on what is tried next. */
  readonly note: (line: string) => void;
}

/** One prediction, by which way it came if not by a URL that stays, and how the user reaches the stack, line by line. */
export interface Asked {
  readonly answer: TimedPrediction;
  readonly from?: string;
  readonly lines: readonly string[];
}

const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/**
 * Asks a stack for one prediction: at an address of this machine; else through a tunnel of minikube, which ends with this command;
 * else through the API server, which is reached wherever the stack could be deployed.
 * @throws {UserError} if no pod answers by any of them.
 */
export async function askStack(address: StackAddress, ways: Ways): Promise<Asked> {
  const { context, profile, path } = address;
  if (context !== profile) return { ...(await throughApiServer(address, ways)), lines: [] };
  const base = await ways.findAddress().catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    ways.note(`${error.message.split(". ")[0]}: asking minikube for a tunnel`);
  });
  if (base !== undefined) {
    const url = `${base}${path}`;
    return { answer: await predictOnce(url, ways.row), lines: [`url        ${url}`, ...curlLine(ways, url)] };
  }
  const tunnelled = await throughTunnel(address, ways);
  if (tunnelled) return tunnelled;
  ways.note("minikube offers no address that answers: asking through the API server");
  const lines = [
    `url        none on this machine. In a second terminal: ${forwardCommand(address)}`,
    ...curlLine(ways, `http://127.0.0.1:${address.nodePort}${path}`),
  ];
  return { ...(await throughApiServer(address, ways)), lines };
}

/** How to ask for the lab's patient by hand; nothing where the stack serves another model. */
const curlLine = ({ row }: Ways, url: string): readonly string[] => (row ? [] : [`curl       ${curlCommand(url)}`]);

async function throughTunnel(address: StackAddress, ways: Ways): Promise<Asked | undefined> {
  await using tunnel = await ways.openTunnel(address);
  if (!tunnel || !(await ways.answers(tunnel.url))) return undefined;
  return {
    answer: await predictOnce(`${tunnel.url}${address.path}`, ways.row),
    from: "a tunnel of minikube, which has ended",
    lines: [
      `url        none that stays. In a second terminal: minikube ${tunnelArguments(address).join(" ")}`,
      ...curlLine(ways, `URL${address.path}`).map((line) => `${line} (URL as that prints it)`),
    ],
  };
}

/** The API server passes a request on only to a pod that its own watch knows to be ready, so it is asked a few times. */
async function throughApiServer(
  { context, namespace, service, port, path }: StackAddress,
  { transport, row }: Ways,
): Promise<Pick<Asked, "answer" | "from">> {
  const proxy = `/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { answer: await predictThrough(transport, proxy, row), from: `the API server of context ${context}` };
    } catch (error) {
      if (!(error instanceof UserError) || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
