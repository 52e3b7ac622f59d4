import type { Release } from "./downloads.ts";
import { pins } from "./pins.ts";

const os = process.platform === "darwin" ? "darwin" : "linux";

/** Where the makers of each tool publish it, for this operating system and an architecture. */
export function officialReleases(arch: NodeJS.Architecture) {
  const goArch = arch === "arm64" ? "arm64" : "amd64";
  const nodeArch = arch === "arm64" ? "arm64" : "x64";
  const minikube = `https://github.com/kubernetes/minikube/releases/download/v${pins.minikube}/minikube-${os}-${goArch}`;
  const kubectl = `https://dl.k8s.io/release/v${pins.kubernetes}/bin/${os}/${goArch}/kubectl`;
  const pulumi = "https://github.com/pulumi/pulumi/releases/download";
  const helm = `https://get.helm.sh/helm-v${pins.helm}-${os}-${goArch}.tar.gz`;
  return {
    minikube: {
      name: "minikube",
      version: pins.minikube,
      url: minikube,
      checksumUrl: `${minikube}.sha256`,
      executable: "minikube",
    },
    kubectl: {
      name: "kubectl",
      version: pins.kubernetes,
      url: kubectl,
      checksumUrl: `${kubectl}.sha256`,
      executable: "kubectl",
    },
    pulumi: {
      name: "pulumi",
      version: pins.pulumi,
      url: `https://get.pulumi.com/releases/sdk/pulumi-v${pins.pulumi}-${os}-${nodeArch}.tar.gz`,
      checksumUrl: `${pulumi}/v${pins.pulumi}/pulumi-${pins.pulumi}-checksums.txt`,
    },
    helm: { name: "helm", version: pins.helm, url: helm, checksumUrl: `${helm}.sha256sum` },
  } as const satisfies Record<string, Release>;
}
