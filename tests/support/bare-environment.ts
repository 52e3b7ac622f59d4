import { afterAll, expect, vi } from "vitest";

/*
 * Unit tests see the environment of a shell in which nobody has evaluated `bin/lab env`, whatever shell they are started from. What
 * a test needs of it, it gives itself.
 */

const OF_THE_LAB = /^(?:PULUMI_|MINIKUBE_|ONLINE_INFERENCE_|LAB_CONTEXT$|HELM_KUBECONTEXT$)/;

for (const name of Object.keys(process.env)) if (OF_THE_LAB.test(name)) delete process.env[name];

/** The environment but for what the service itself sets when it loads a model. */
const environment = () => ({ ...process.env, ORT_DISABLE_TELEMETRY: undefined });

// Files share a process, one after the other.
const before = environment();
afterAll(() => {
  expect(environment(), "a test changed the environment for the files after it").toEqual(before);
  expect(vi.isFakeTimers(), "a test left its own clock to the files after it").toBe(false);
});
