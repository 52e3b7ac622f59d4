import { lockedStacks, removeStaleLocks } from "../../cli/stale-lock.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { run } from "./lab.ts";

/** Namespaces of tests with a Pulumi state of their own, or without one: a killed run leaves objects that no state has. */
const OWNERLESS = [
  "online-inference-publish",
  "online-inference-elsewhere",
  "helm-cli-test",
  "registry-test",
  "components-test",
  "causes",
];

/** Removes the objects that a killed run of these tests left behind, so that every run starts alike. */
export async function setup(): Promise<void> {
  const { state } = resolvePaths();
  for (const stack of await lockedStacks(state)) await removeStaleLocks(state, stack);
  const remove = ["delete", "namespace", ...OWNERLESS, "--ignore-not-found", "--wait", "--timeout=120s"];
  const { exitCode, all } = await run("kubectl", ["--context", "minikube", ...remove]);
  if (exitCode !== 0) throw new Error(`leftovers of an earlier run: ${all}`);
}
