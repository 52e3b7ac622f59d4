import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../setup/user-error.ts";

/** A patient from the data that the model was trained on, in the service's coding. */
const patient = {
  age: 63,
  sex: 1,
  cp: 3,
  trestbps: 145,
  chol: 233,
  fbs: 1,
  restecg: 0,
  thalach: 150,
  exang: 0,
  oldpeak: 2.3,
  slope: 0,
  ca: 0,
  thal: 1,
};

/** One answer of the service and how long it took, in milliseconds. */
export interface TimedPrediction {
  readonly prediction: number;
  readonly probability: number;
  readonly release: string;
  readonly modelVersion: string;
  readonly pod: string;
  readonly elapsedMs: number;
}

const requestTimeoutMs = 5_000;
const attempts = 20;

/** Whether the service under a base URL says that it is ready. */
export async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/readiness`, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return response.ok;
  } catch {
    return false;
  }
}

/** Tries a check until it holds, for a few seconds: kube-proxy learns of a new endpoint shortly after Kubernetes calls it ready. */
export async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await check()) return true;
    await sleep(250);
  }
  return false;
}

/** Asks the service for one prediction. */
export async function predictOnce(url: string): Promise<TimedPrediction> {
  const startMs = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patient),
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((cause: Error) => {
    throw new UserError(`POST ${url} was not answered: ${cause.message}. Run the same command again.`, { cause });
  });
  const body = await response.text();
  const elapsedMs = performance.now() - startMs;
  if (!response.ok) throw new UserError(`POST ${url} was answered with HTTP ${response.status}: ${body}`);
  return { ...(JSON.parse(body) as Omit<TimedPrediction, "elapsedMs">), elapsedMs };
}
