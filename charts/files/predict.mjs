// Run by `helm test` in a pod of its own: asks the Service for one prediction, as any client in the cluster would.
import { setTimeout as sleep } from "node:timers/promises";

const { SERVICE_URL, RELEASE } = process.env;
const TRIES = 20;
const PAUSE_MS = 1_000;
const patient = {
  ...{ age: 63, sex: 1, cp: 3, trestbps: 145, chol: 233, fbs: 1, restecg: 0 },
  ...{ thalach: 150, exang: 0, oldpeak: 2.3, slope: 0, ca: 0, thal: 1 },
};

async function predict() {
  const response = await fetch(`${SERVICE_URL}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patient),
    signal: AbortSignal.timeout(2_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${SERVICE_URL}/predict answered ${response.status}: ${text}`);
  const { prediction, probability, release, pod } = JSON.parse(text);
  if (release !== RELEASE) throw new Error(`release ${RELEASE} was installed, but ${release} answered: ${text}`);
  if (prediction !== Number(probability >= 0.5)) throw new Error(`prediction and probability do not agree: ${text}`);
  return `prediction ${prediction} (probability ${probability}) by pod ${pod}, release ${release}`;
}

for (let left = TRIES - 1; ; left -= 1) {
  try {
    console.log(await predict());
    break;
  } catch (error) {
    // For a moment after a rollout pods that stop still answer, and after an installation none does.
    if (left === 0) {
      console.error(`${error.message}${error.cause ? ` (${error.cause.message})` : ""}, ${TRIES} times`);
      process.exit(1);
    }
    await sleep(PAUSE_MS);
  }
}
