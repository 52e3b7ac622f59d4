import { ensureTestPackages } from "../../setup/machine/system-packages.ts";
import { ensureHelm } from "../../setup/prepare.ts";
import { resolveGo } from "../../setup/tools/from-source.ts";
import { standardProfile } from "../../stacks/program/config.ts";
import { prepareLab, stackContext } from "../command.ts";
import { clusterDocker, runSuite, type Suite } from "../suite.ts";

/** Runs every test there is: static checks, unit tests, then the tests that need the daemon and the cluster. */
export async function test({ unit }: { readonly unit: boolean }): Promise<number> {
  const context = await stackContext();
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
  // Before the first suite: who lacks something is to know it at once.
  const browser = unit ? {} : await ensureTestPackages(outside, report);
  for (const suite of suites) await run(suite);
  if (!unit) {
    await ensureHelm(outside, paths, report);
    const machine = await prepareLab(context, { name: standardProfile(process.env), isChosen: false });
    const docker = await clusterDocker(outside, machine.minikube, machine.profile.name);
    await run(
      { name: "daemon", command: ["vitest", "run", "--project", "daemon"], counts: true },
      { ...machine.env, ...docker, ...browser },
    );
    await run({ name: "cluster", command: ["vitest", "run", "--project", "cluster"], counts: true }, machine.env);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
