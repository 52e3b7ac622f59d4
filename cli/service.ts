import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../common/user-error.ts";
import type { Transport } from "../observer/api-server.ts";
// A patient from the data that the model was trained on, in the service's coding.
import patient from "../service/patient.json" with { type: "json" };

/** One answer of the service and how long it took, in milliseconds. */
export interface TimedPrediction {
  readonly prediction: number;
  /** The class's name, if the model's card names classes. */
  readonly class?: string;
  readonly probability: number;
  /** Instead, if there are more than two classes. */
  readonly probabilities?: readonly number[];
  readonly release: string;
  readonly modelVersion: string;
  readonly pod: string;
  readonly elapsedMs: number;
}

/**
 * A prediction in one line, and by which way it came if that is not the URL. Class 1 is heart disease and class 0 is none, as the
 * card of the model has it.
 */
export function predictionText(answer: TimedPrediction, from?: string): string {
  const { prediction, probability, pod, release, modelVersion, elapsedMs } = answer;
  return (
    `prediction ${prediction}: ${prediction === 1 ? "" : "no "}heart disease (probability of heart disease: ${probability.toFixed(4)}), ` +
    `by pod ${pod}, release ${release}, model ${modelVersion}, in ${elapsedMs.toFixed(1)} ms${from === undefined ? "" : ` from ${from}`}`
  );
}

/** The same of a model of one's own. */
export function ownPredictionText(answer: TimedPrediction, from?: string): string {
  const { prediction, class: name, probability, probabilities = [probability] } = answer;
  const { pod, release, modelVersion, elapsedMs } = answer;
  return (
    `prediction ${prediction}${name === undefined ? "" : `, ${name}`} ` +
    `(${probabilities.length > 1 ? "probabilities" : "probability of the second class"}: ${probabilities.map((one) => one.toFixed(4)).join(", ")}), ` +
    `by pod ${pod}, release ${release}, model ${modelVersion}, in ${elapsedMs.toFixed(1)} ms${from === undefined ? "" : ` from ${from}`}`
  );
}

/** A value for each feature of a row. */
export type Row = Readonly<Record<string, number>>;

const requestTimeoutMs = 5_000;
/** Long enough for kube-proxy on a busy machine, and short enough for whoever waits in front of an address that is none. */
const patienceMs = 8_000;
const silentAfterMs = 3_000;

/** The name of the pod that says under a base URL that it is ready; undefined where nobody does. */
export async function readyPod(baseUrl: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${baseUrl}/readiness`, { signal: AbortSignal.timeout(silentAfterMs) });
    return response.ok ? (response.headers.get("x-pod") ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tries a check until it holds, for a few seconds in all: kube-proxy learns of a new endpoint shortly after Kubernetes calls it
 * ready. A check that waits for an answer in vain takes its time out of the same seconds.
 */
export async function eventually(check: () => Promise<boolean>, patientMs = patienceMs): Promise<boolean> {
  const deadlineMs = performance.now() + patientMs;
  while (!(await check())) {
    if (performance.now() > deadlineMs) return false;
    await sleep(250);
  }
  return true;
}

/** Asks the service under a URL for one prediction. */
export const predictOnce = (url: string, row: Row = patient): Promise<TimedPrediction> =>
  timed(`POST ${url}`, async () => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(row),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: response.status, text: await response.text() };
  });

/** Asks through the API server, which passes requests on to a Service of its own cluster only. */
export const predictThrough = (
  transport: Pick<Transport, "request">,
  path: string,
  row: Row = patient,
): Promise<TimedPrediction> =>
  timed(`POST ${path} to the API server`, () =>
    transport.request("POST", path, AbortSignal.timeout(requestTimeoutMs), row),
  );

async function timed(
  what: string,
  ask: () => Promise<{ readonly status: number; readonly text: string }>,
): Promise<TimedPrediction> {
  const startMs = performance.now();
  const { status, text } = await ask().catch((cause: Error) => {
    throw new UserError(`${what} was not answered: ${cause.message}. Run the same command again.`, { cause });
  });
  const elapsedMs = performance.now() - startMs;
  if (status !== 200) throw new UserError(`${what} was answered with HTTP ${status}: ${text}`);
  return { ...(JSON.parse(text) as Omit<TimedPrediction, "elapsedMs">), elapsedMs };
}
