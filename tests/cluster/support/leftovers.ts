import type { TestProject } from "vitest/node";
import { profile, run } from "./lab.ts";

/** Namespaces of tests with a Pulumi state of their own, or without one, by the vitest project that makes them. */
const OWNERLESS: Readonly<Record<string, readonly string[]>> = {
  "cluster-beside": ["components-test", "helm-cli-test"],
  "cluster-apart": [
    "online-inference-publish",
    "online-inference-elsewhere",
    "registry-test",
    "watched-rights",
    "watch-interrupt",
  ],
  "cluster-watch": ["watched"],
  "cluster-causes": ["causes"],
  "cluster-undisturbed": ["starved", "watched-drained", "watched-without-drain"],
};

/**
 * Removes the objects that a killed run of a project's tests left behind: no state has them. Projects run side by side, so each
 * removes its own ones alone.
 */
export async function setup({ name }: Pick<TestProject, "name">): Promise<void> {
  const namespaces = OWNERLESS[name];
  if (!namespaces) throw new Error(`project ${name} makes no namespaces that its tests do not end`);
  const remove = ["delete", "namespace", ...namespaces, "--ignore-not-found", "--wait", "--timeout=120s"];
  const { exitCode, all } = await run("kubectl", ["--context", profile, ...remove]);
  if (exitCode !== 0) throw new Error(`leftovers of an earlier run: ${all}`);
}
