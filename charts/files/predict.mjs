// Run by `helm test` in a pod of its own: asks the Service for one prediction, as any client in the cluster would.
import { setTimeout as sleep } from "node:timers/promises";

const { SERVICE_URL, RELEASE } = process.env;
const TRIES = 20;
const PAUSE_MS = 1_000;

async function ask(path, options) {
  const response = await fetch(`${SERVICE_URL}${path}`, { ...options, signal: AbortSignal.timeout(2_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${SERVICE_URL}${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** A valid row of whatever model is served, from the examples in the service's own documentation. */
async function exampleRow() {
  const { paths } = await ask("/docs/json");
  const { schema } = paths["/predict_single/"].post.requestBody.content["application/json"];
  return Object.fromEntries(Object.entries(schema.properties).map(([name, { examples }]) => [name, examples[0]]));
}

async function predict() {
  const body = JSON.stringify(await exampleRow());
  const answer = await ask("/predict", { method: "POST", headers: { "content-type": "application/json" }, body });
  const { prediction, probability, probabilities = [probability], release, pod } = answer;
  const text = JSON.stringify(answer);
  if (release !== RELEASE) throw new Error(`release ${RELEASE} was installed, but ${release} answered: ${text}`);
  const good = probabilities.every((value) => value >= 0 && value <= 1);
  if (!Number.isInteger(prediction) || !good) throw new Error(`this is no prediction: ${text}`);
  return `prediction ${prediction} (probability ${probabilities.join(", ")}) by pod ${pod}, release ${release}`;
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
