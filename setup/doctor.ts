import { inspectDocker, lacksSysResource } from "./cluster/docker.ts";
import { inspectProfile } from "./cluster/profile.ts";
import { translationNote } from "./machine/architecture.ts";
import { internetSite, type Outside } from "./machine/outside.ts";
import { isBelow, type Paths } from "./machine/paths.ts";
import { credentialsProblem, passphraseProblem } from "./pitfalls.ts";
import { inspectPlugins } from "./pulumi.ts";
import type { GoBuilder } from "./tools/from-source.ts";
import {
  inspectTool,
  type MissingTool,
  type ResolvedTool,
  type ToolName,
  type ToolSpec,
  toolSpecs,
} from "./tools/tools.ts";

/** The state of one thing that the lab needs. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** How it came to this machine, or "missing". */
  readonly way: string;
  readonly version: string;
  readonly path: string;
  /** How to get it, if it is missing. */
  readonly next?: string;
}

/** Looks at everything that the lab needs, and changes nothing. */
export async function examine(
  outside: Outside,
  paths: Paths,
  builder: GoBuilder,
  profileName: string,
): Promise<Finding[]> {
  const findings: Finding[] = [
    {
      name: "node",
      ok: true,
      way: isBelow(process.execPath, paths.cache) ? "downloaded" : "installed",
      version: process.versions.node,
      path: process.execPath,
    },
  ];
  const bring = "bin/lab up pod";
  let minikube: string | undefined;
  for (const name of Object.keys(toolSpecs) as ToolName[]) {
    const tool = await inspectTool({ outside, paths, builder }, name);
    if (name === "minikube" && tool.way !== "missing") minikube = tool.path;
    findings.push(toolFinding(tool, bring));
  }
  const { plugins, home } = await inspectPlugins(outside, paths);
  for (const { name, way, version, path } of plugins) {
    const ok = way !== "missing";
    findings.push({ name: `${name} plugin`, ok, way, version, path: ok ? path : "-", ...(ok ? {} : { next: bring }) });
  }
  // The stand-in of the lab's own home asks no helper.
  const credentials = home === undefined ? await credentialsProblem(outside) : undefined;
  if (credentials !== undefined) findings.push(problemFinding("docker's config", credentials));
  const passphrase = await passphraseProblem(outside, paths, "pod");
  if (passphrase !== undefined) findings.push(problemFinding("passphrase", passphrase));
  findings.push(await examineDocker(outside, paths));
  findings.push(await examineCluster(outside, minikube, profileName, bring));
  return findings;
}

const problemFinding = (name: string, next: string): Finding => ({
  name,
  ok: false,
  way: "wrong",
  version: "-",
  path: "-",
  next,
});

/** A tool as a finding; a missing tool counts as a fault only if experiments need it. */
export function toolFinding(tool: ResolvedTool | MissingTool, bring: string): Finding {
  const { name } = tool;
  if (tool.way !== "missing") return { name, ok: true, way: tool.way, version: tool.version, path: tool.path };
  const { broughtBy }: ToolSpec = toolSpecs[name];
  const next = `${broughtBy ?? bring} (it would ${tool.next} it)`;
  const way = broughtBy ? "optional" : "missing";
  return { name, ok: broughtBy !== undefined, way, version: tool.found ?? "-", path: "-", next };
}

/** The facts of the machine that decide how tools can be brought here, as one line. */
export async function describeMachine(outside: Outside): Promise<string> {
  const online = await outside.reachable(internetSite);
  const reduced = outside.platform === "linux" && (await lacksSysResource());
  const translated = translationNote(outside.arch, outside.nodeArch);
  return [
    `${outside.platform} ${outside.arch}${translated === undefined ? "" : ` (${translated})`}`,
    outside.isRoot ? "root" : "not root",
    online
      ? "official downloads can be reached"
      : "official downloads cannot be reached: building from package registries",
    ...(reduced ? ["no CAP_SYS_RESOURCE: containers start through the OCI-runtime shim"] : []),
  ].join(", ");
}

async function examineDocker(outside: Outside, paths: Paths): Promise<Finding> {
  const name = "docker daemon";
  const engine = await inspectDocker(outside);
  if (engine) {
    return {
      name,
      ok: true,
      way: engine.shim ? "started by bin/lab" : "running",
      version: engine.version,
      path: process.env.DOCKER_HOST || `context ${engine.context}`,
    };
  }
  const log = (await outside.exists(`${paths.logs}/dockerd.log`)) ? ` (its log: ${paths.logs}/dockerd.log)` : "";
  return {
    name,
    ok: false,
    way: "missing",
    version: "-",
    path: "-",
    next: `bin/lab up pod, which starts it or says how${log}`,
  };
}

async function examineCluster(
  outside: Outside,
  minikube: string | undefined,
  profileName: string,
  bring: string,
): Promise<Finding> {
  const profile = minikube ? await inspectProfile(outside, minikube, profileName) : undefined;
  const name = `profile ${profileName}`;
  if (!profile) return { name, ok: false, way: "missing", version: "-", path: "-", next: bring };
  const version = `Kubernetes ${profile.kubernetes}`;
  const how = `${profile.driver} driver, ${profile.runtime} runtime`;
  if (!profile.running) return { name, ok: false, way: "stopped", version, path: how, next: bring };
  return { name, ok: true, way: "running", version, path: how };
}
