import type { Stage } from "./run-stages.ts";
import { type GoToolName, goTools } from "./tools/from-source.ts";

/** The stages that are more than one build. */
type OtherStage = "go" | "modules" | "docker" | "root file systems" | "control plane";

/** A stage on the way from a machine with nothing to one on which only `minikube start` is left to do. */
export type StageName = OtherStage | Exclude<GoToolName, "helm" | "kwok" | "oci-shim">;

const build = (name: Exclude<StageName, OtherStage>, ...needs: readonly StageName[]): Stage<StageName> => ({
  name,
  needs: ["go", ...needs],
  seconds: goTools[name].usualSeconds,
  compiles: true,
});

/**
 * All stages, each after those that it needs. A build also waits for those whose compiled packages it takes over: side by side, both
 * would compile them. The Pulumi branch and the cluster's meet nowhere but in Kubernetes' packages.
 */
export const STAGES: readonly Stage<StageName>[] = [
  { name: "go", needs: [], seconds: 1 },
  // They come beside the first builds; a build whose modules are not there yet fetches them itself.
  { name: "modules", needs: ["go"], seconds: 120 },
  // Both Go from PyPI and docker may install Debian packages, which two at a time cannot.
  { name: "docker", needs: ["go"], seconds: 12 },
  build("kubernetes"),
  build("pulumi", "kubernetes"),
  build("pulumi-kubernetes", "kubernetes", "pulumi"),
  build("pulumi-language-nodejs", "pulumi"),
  build("cri-dockerd", "kubernetes"),
  build("crictl", "kubernetes"),
  build("coredns", "kubernetes"),
  build("etcd", "kubernetes"),
  build("pause", "kubernetes"),
  build("minikube", "kubernetes"),
  { name: "root file systems", needs: ["docker", "kubernetes", "cri-dockerd", "crictl"], seconds: 52 },
  { name: "control plane", needs: ["root file systems", "etcd", "coredns", "pause"], seconds: 8 },
];
