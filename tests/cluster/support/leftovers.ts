import { profile, run } from "./lab.ts";

/** Namespaces of tests with a Pulumi state of their own, or without one: a killed run leaves objects that no state has. */
const OWNERLESS = [
  "online-inference-publish",
  "online-inference-elsewhere",
  "helm-cli-test",
  "registry-test",
  "components-test",
  "watched-rights",
  "causes",
];

/** Removes the objects that a killed run of these tests left behind. Only the project that makes them may: it runs once at a time. */
export async function setup(): Promise<void> {
  const remove = ["delete", "namespace", ...OWNERLESS, "--ignore-not-found", "--wait", "--timeout=120s"];
  const { exitCode, all } = await run("kubectl", ["--context", profile, ...remove]);
  if (exitCode !== 0) throw new Error(`leftovers of an earlier run: ${all}`);
}
