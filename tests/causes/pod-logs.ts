import { PassThrough } from "node:stream";
import { type KubeConfig, Log } from "@kubernetes/client-node";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { NAME, NAMESPACE } from "./objects.ts";

const LineSchema = Type.Object({
  pod: Type.String(),
  what: Type.String(),
  wallMs: Type.Number(),
  underWay: Type.Number(),
});

/** What a pod itself said of what it did; `underWay` are the requests that it had then. */
export type PodLine = Readonly<Static<typeof LineSchema>>;

/** Follows the logs of pods while they live, as the API server has none of a pod that is gone. A log ends with its pod. */
export class PodLogs {
  readonly lines: PodLine[] = [];
  readonly #config: KubeConfig;
  readonly #followed = new Set<string>();

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** Follows one run of a pod's container; a second call for the same run does nothing. */
  follow(pod: string, run: number): void {
    const key = `${pod} ${run}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    const stream = new PassThrough();
    let rest = "";
    stream.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) this.#take(text);
    });
    new Log(this.#config)
      .log(NAMESPACE, pod, NAME, stream, { follow: true })
      // The pod went before its log was opened: it then has no line, and nothing is held against it.
      .catch(() => this.#followed.delete(key));
  }

  #take(text: string): void {
    try {
      const line: unknown = JSON.parse(text);
      if (Value.Check(LineSchema, line)) this.lines.push(line);
    } catch {
      // A warning of Node.js is no line of ours.
    }
  }
}
