/** Versions that were tested together. For builds from source, go.mod and go.sum in setup/go pin every module as well. */
export const pins = {
  go: "1.26.6",
  pulumi: "3.250.0",
  kubernetesPlugin: "4.25.0",
  dockerPlugin: "5.2.0",
  minikube: "1.36.0",
  kubernetes: "1.33.13",
  /** The version inside Pulumi's Kubernetes plugin, so that the chart renders alike by Pulumi and by the helm command. */
  helm: "3.18.6",
} as const;

/**
 * Versions of the makers' downloads. minikube from source stays at the last one that builds without its makers' own images;
 * kubectl serves the clusters of both, one minor version older and newer than itself.
 */
export const downloadPins = {
  minikube: "1.38.1",
  kubectl: "1.34.0",
  pulumi: pins.pulumi,
  helm: pins.helm,
} as const;

/** The oldest versions that work; an older installed tool is not used. */
export const oldest = {
  go: "1.26.0",
  pulumi: "3.250.0",
  minikube: "1.33.0",
  kubectl: "1.30.0",
  helm: "3.18.0",
  /** The first version with `preStop.sleep` on by default; every workload uses it. */
  kubernetes: "1.30.0",
} as const;
