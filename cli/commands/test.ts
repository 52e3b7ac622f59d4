import { inspectProfile, OWN_PROFILE, type Profile } from "../../setup/cluster/profile.ts";
import { ensureTestPackages } from "../../setup/machine/system-packages.ts";
import { isMadeByLab, loadMachineState, type MachineState } from "../../setup/machine-state.ts";
import { ensureControllers, ensureHelm } from "../../setup/prepare.ts";
import { goBuilder, resolveGo } from "../../setup/tools/from-source.ts";
import { builtFolder, inspectTool } from "../../setup/tools/tools.ts";
import { rememberedProfile } from "../../stacks/program/config.ts";
import { type CommandContext, prepareLab, stackContext } from "../command.ts";
import { type Counts, clusterDocker, runLanes, runSuite, type Suite, total, vitest } from "../suite.ts";
import { slowestText } from "../test-times.ts";

/**
 * Runs every test that this machine can run, in groups: what needs nothing, what needs the cluster for itself, what can share it, and
 * what is measured. It says what it leaves out. docs/decisions/026 and 034 say which tests may run beside which.
 */
export async function test({ unit }: { readonly unit: boolean }): Promise<number> {
  const context = await stackContext();
  // Before the first suite: who lacks something is to know it at once.
  const browser = unit ? {} : await ensureTestPackages(context.outside, context.report);
  const { passed, failed, times } = unit ? await unitTests(context) : await allTests(context, browser);
  console.log(`\n${slowestText(times)}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Static checks in two lanes, since `tsc` takes as long as the others together; then the unit tests, which use every core. */
async function unitTests(context: CommandContext): Promise<Counts> {
  const { project } = context.paths;
  const [types, ...others] = await checks(context);
  return total([await runLanes(project, [[types], others]), await runSuite(project, vitest("unit"))]);
}

/** The static checks, the slowest one first. */
async function checks({ outside, paths, report }: CommandContext): Promise<readonly [Suite, ...Suite[]]> {
  const types: Suite = { name: "types", command: ["tsc"] };
  const others: Suite[] = [
    { name: "biome", command: ["biome", "check", "."] },
    { name: "knip", command: ["knip"] },
  ];
  // The shim's own language knows its kernel: it builds for Linux only.
  if (outside.platform === "linux") {
    const go = await resolveGo(outside, paths, report);
    others.push({ name: "go", command: [go, "test", "./..."], folder: "setup/go/oci-shim" });
  }
  return [types, ...others];
}

async function allTests(context: CommandContext, browser: Readonly<Record<string, string>>): Promise<Counts> {
  const { outside, paths, report } = context;
  await ensureHelm(outside, paths, report);
  const profile = await chooseProfile(context, rememberedProfile(process.env));
  const first = await prepareLab(context, profile);
  const controllers = await conformance(context);
  const alone = await runLanes(paths.project, [
    [...(await checks(context)), vitest("unit"), ...controllers],
    [vitest("cluster-alone", first.env)],
  ]);
  // Those tests end with a new cluster, whose docker has other certificates and another address.
  const machine = await prepareLab(context, profile);
  const docker = await clusterDocker(outside, machine.minikube, machine.profile.name);
  const shared = await runLanes(
    paths.project,
    [
      [vitest("cluster")],
      [vitest("cluster-beside")],
      [vitest("daemon", { ...docker, ...browser }), vitest("cluster-apart")],
    ],
    machine.env,
  );
  const little = await runLanes(paths.project, [[vitest("cluster-watch")], [vitest("cluster-causes")]], machine.env);
  const measured = await runSuite(
    paths.project,
    vitest("cluster-undisturbed", {}, await withoutDebian(context)),
    machine.env,
  );
  return total([alone, shared, little, measured]);
}

/**
 * The suite that holds plans against the real controllers, where the cluster is made of a Kubernetes that was built here. Elsewhere
 * its build would take longer than all tests together.
 */
async function conformance({ outside, paths, report }: CommandContext): Promise<readonly Suite[]> {
  if ((await builtFolder(goBuilder(outside, paths, report), "kubernetes")) === undefined) {
    report.note(
      "Kubernetes was not built on this machine, so plans are not held against its controllers. That is: npm run test:conformance",
    );
    return [];
  }
  await ensureControllers(outside, paths, report);
  return [vitest("conformance")];
}

/** The files that need an image of Debian's packages, on a machine that cannot make one. */
async function withoutDebian({ outside, report }: CommandContext): Promise<readonly string[]> {
  if ((await outside.which("apt-get")) !== undefined) return [];
  report.note("apt-get is missing, so nobody else's service is watched: its image is made of Debian's packages");
  return ["tests/cluster/watched-fastapi.cluster.test.ts"];
}

/** Finds out whether the tests may have the remembered profile. */
async function chooseProfile({ outside, paths, report }: CommandContext, remembered: string) {
  const minikube = await inspectTool({ outside, paths, builder: goBuilder(outside, paths, report) }, "minikube");
  const found = minikube.way === "missing" ? undefined : await inspectProfile(outside, minikube.path, remembered);
  const profile = testProfile(remembered, await loadMachineState(paths), found);
  if (profile.name !== remembered) {
    report.note(
      `minikube profile ${remembered} was not made by bin/lab, and the tests delete theirs and make it again: it stays as it is, ` +
        `and they take ${profile.name}`,
    );
  }
  return profile;
}

/** The profile of the tests: the remembered one, unless somebody else made it. */
export function testProfile(
  remembered: string,
  state: MachineState | undefined,
  found: Pick<Profile, "name" | "looksLabMade"> | undefined,
) {
  const isOurs = found === undefined || isMadeByLab(state ?? {}, found);
  return isOurs ? { name: remembered, isChosen: false } : { name: OWN_PROFILE, isChosen: true };
}
