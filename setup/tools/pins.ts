/** Versions that belong together; what is built from source is pinned further by the go.mod and go.sum of setup/go. */
export const pins = {
  go: "1.26.6",
  pulumi: "3.250.0",
  kubernetesPlugin: "4.25.0",
  dockerPlugin: "5.2.0",
  minikube: "1.36.0",
  kubernetes: "1.33.13",
  /** The one inside Pulumi's Kubernetes plugin, so that both ways of installing the chart render alike. */
  helm: "3.18.6",
} as const;

/** The oldest versions that do: an installed tool below them is not used. */
export const oldest = {
  go: "1.26.0",
  pulumi: "3.250.0",
  minikube: "1.33.0",
  kubectl: "1.30.0",
  helm: "3.18.0",
  /** `preStop.sleep`, which every workload uses, is on by default from here. */
  kubernetes: "1.30.0",
} as const;
