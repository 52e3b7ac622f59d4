import { lockedStacks, removeStaleLocks } from "../../cli/stale-lock.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { run } from "./lab.ts";

/** Namespaces of tests whose Pulumi state is their own, or who have none: a killed run leaves objects that nobody knows. */
const OWNERLESS = [
  "online-inference-publish",
  "online-inference-elsewhere",
  "helm-cli-test",
  "registry-test",
  "components-test",
];

/** Removes what a run of these tests left behind that was killed, so that the next one starts like the first. */
export async function setup(): Promise<void> {
  const { state } = resolvePaths();
  for (const stack of await lockedStacks(state)) await removeStaleLocks(state, stack);
  const remove = ["delete", "namespace", ...OWNERLESS, "--ignore-not-found", "--wait", "--timeout=120s"];
  const { exitCode, all } = await run("kubectl", ["--context", "minikube", ...remove]);
  if (exitCode !== 0) throw new Error(`leftovers of an earlier run: ${all}`);
}
