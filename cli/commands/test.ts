import { ensureTestPackages } from "../../setup/machine/system-packages.ts";
import { ensureControllers, ensureHelm } from "../../setup/prepare.ts";
import { canBuildFromSource, resolveGo } from "../../setup/tools/from-source.ts";
import { commandContext, prepareLab } from "../command.ts";
import { clusterDocker, runSuite, type Suite } from "../suite.ts";

/** Runs every test there is: static checks, unit tests, then the tests that need the daemon and the cluster. */
export async function test({ unit }: { readonly unit: boolean }): Promise<number> {
  const context = commandContext();
  const { outside, paths, report } = context;
  const suites: Suite[] = [
    { name: "biome", command: ["biome", "check", "."] },
    { name: "types", command: ["tsc"] },
    { name: "knip", command: ["knip"] },
    { name: "unit", command: ["vitest", "run", "--project", "unit"], counts: true },
  ];
  // The shim's own language knows its kernel: it builds for Linux only.
  if (outside.platform === "linux") {
    const go = await resolveGo(outside, paths, report);
    suites.push({ name: "go", command: [go, "test", "./..."], folder: "setup/go/oci-shim" });
  }
  let passed = 0;
  let failed = 0;
  const run = async (suite: Suite, env: Readonly<Record<string, string>> = {}) => {
    const counts = await runSuite(paths.project, suite, env);
    passed += counts.passed;
    failed += counts.failed;
  };
  for (const suite of suites) await run(suite);
  if (!unit) {
    await ensureTestPackages(outside, report);
    await ensureHelm(outside, paths, report);
    if (await canBuildFromSource(outside)) {
      await ensureControllers(outside, paths, report);
      const command = ["vitest", "run", "--project", "conformance"] as const;
      await run({ name: "conformance", command, counts: true });
    }
    const machine = await prepareLab(context, "minikube");
    const docker = await clusterDocker(outside, machine.minikube, machine.profile.name);
    await run(
      { name: "daemon", command: ["vitest", "run", "--project", "daemon"], counts: true },
      { ...machine.env, ...docker },
    );
    await run({ name: "cluster", command: ["vitest", "run", "--project", "cluster"], counts: true }, machine.env);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
