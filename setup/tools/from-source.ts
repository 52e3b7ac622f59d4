import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import type { EntrySpec } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import { pins } from "./pins.ts";

/** One Go module of setup/go and what it builds. */
export interface GoTool {
  readonly name: string;
  /** The packages to build; each becomes a binary of its last path element. */
  readonly packages: readonly string[];
  /** Link-time variables, by which these programs learn their own version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long a cold build took on two cores. */
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

/** By which Helm knows itself, and the Kubernetes that `helm template` and `helm lint` assume: 1.20 otherwise. */
function helmVariables(): Record<string, string> {
  const { gitMajor, gitMinor } = kubernetesVersion;
  const entries = ["pkg/chartutil", "pkg/lint/rules"].flatMap((path) => [
    [`helm.sh/helm/v3/${path}.k8sVersionMajor`, gitMajor],
    [`helm.sh/helm/v3/${path}.k8sVersionMinor`, gitMinor],
  ]);
  return { "helm.sh/helm/v3/internal/version.version": `v${pins.helm}`, ...Object.fromEntries(entries) };
}

/** Everything that can be built from Go modules alone. */
export const goTools = {
  "oci-shim": { name: "oci-shim", packages: ["."], usualSeconds: 5 },
  pause: { name: "pause", packages: ["."], usualSeconds: 5 },
  etcd: { name: "etcd", packages: ["go.etcd.io/etcd/server/v3"], usualSeconds: 45 },
  crictl: { name: "crictl", packages: ["sigs.k8s.io/cri-tools/cmd/crictl"], usualSeconds: 45 },
  "cri-dockerd": { name: "cri-dockerd", packages: ["github.com/Mirantis/cri-dockerd"], usualSeconds: 140 },
  coredns: { name: "coredns", packages: ["github.com/coredns/coredns"], usualSeconds: 90 },
  minikube: {
    name: "minikube",
    packages: ["k8s.io/minikube/cmd/minikube"],
    variables: {
      "k8s.io/minikube/pkg/version.version": `v${pins.minikube}`,
      "k8s.io/minikube/pkg/version.storageProvisionerVersion": "v5",
    },
    usualSeconds: 130,
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
    usualSeconds: 330,
  },
  pulumi: {
    name: "pulumi",
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": pins.pulumi },
    usualSeconds: 210,
  },
  "pulumi-language-nodejs": {
    name: "pulumi-language-nodejs",
    packages: ["github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"],
    usualSeconds: 25,
  },
  helm: {
    name: "helm",
    packages: ["helm.sh/helm/v3/cmd/helm"],
    variables: helmVariables(),
    usualSeconds: 115,
  },
  "pulumi-kubernetes": {
    name: "pulumi-kubernetes",
    packages: ["./cmd/pulumi-resource-kubernetes"],
    usualSeconds: 190,
  },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof goTools;

/** What building needs: Go itself, and where the sources and outputs go. */
export interface GoBuilder {
  readonly outside: Outside;
  /** The `go` command, fetched only when something really has to be built. */
  readonly go: () => Promise<string>;
  readonly modulesFolder: string;
  readonly outputFolder: string;
  /** Go's own module and build caches, by which an interrupted build goes on; deleted by the caller when all is built. */
  readonly goCacheFolder: string;
}

/** The cache entry of a tool that is built from source; its folder holds the binaries. */
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
        env: {
          CGO_ENABLED: "0",
          GOOS: "linux",
          GOTOOLCHAIN: "local",
          GOWORK: "off",
          GOFLAGS: "-modcacherw",
          GOMODCACHE: join(builder.goCacheFolder, "mod"),
          GOCACHE: join(builder.goCacheFolder, "build"),
        },
      });
      if (result.exitCode !== 0) throw buildError(tool, result.stderr);
      return undefined;
    },
  };
}

function outputOf(tool: GoTool, scratch: string): string {
  // A package whose path does not end in the command's name gets it here.
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
