import { createInterface } from "node:readline";
import { execa } from "execa";
import { withHostDocker } from "../../setup/cluster/host-docker.ts";

const URL_WITHIN_MS = 20_000;
const END_WITHIN_MS = 3_000;

/** An address that minikube offers for a Service; it holds until the tunnel is disposed of. */
export interface Tunnel extends AsyncDisposable {
  /** Base URL. */
  readonly url: string;
}

/** What `minikube service` is asked for. */
export type TunnelTarget = {
  readonly minikube: string;
  readonly profile: string;
  readonly namespace: string;
  readonly service: string;
};

/** The arguments by which minikube offers an address; where a tunnel is needed, the command is the tunnel and stays. */
export const tunnelArguments = ({ profile, namespace, service }: Omit<TunnelTarget, "minikube">): readonly string[] => [
  "service",
  service,
  "-n",
  namespace,
  "-p",
  profile,
  "--url",
];

/** Opens a tunnel to a Service by `minikube service --url`; undefined where minikube offers no address within 20 s. */
export async function openTunnel(
  target: TunnelTarget,
  { urlWithinMs = URL_WITHIN_MS, endWithinMs = END_WITHIN_MS } = {},
): Promise<Tunnel | undefined> {
  const child = execa(target.minikube, tunnelArguments(target), {
    env: withHostDocker(process.env),
    extendEnv: false,
    stdin: "ignore",
    stderr: "ignore",
    buffer: false,
    reject: false,
  });
  // minikube ends its ssh only after Ctrl-C; any other signal would leave that behind.
  const end = async () => {
    child.kill("SIGINT");
    const late = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
    await child;
    clearTimeout(late);
  };
  const url = await firstUrl(child.stdout, urlWithinMs);
  if (url !== undefined) return { url, [Symbol.asyncDispose]: end };
  await end();
  return undefined;
}

/** The first line that is a URL; undefined where the stream ends or the time is over before one comes. */
function firstUrl(stream: NodeJS.ReadableStream, withinMs: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => resolve(undefined), withinMs);
  createInterface({ input: stream })
    .on("line", (line) => line.startsWith("http") && resolve(line.trim()))
    .on("close", () => resolve(undefined));
  return promise.finally(() => clearTimeout(timer));
}
