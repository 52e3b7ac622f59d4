const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Values of the chart, each different from its default. */
export const everyValue = {
  release: "v2",
  image: { repository: "127.0.0.1:5000/online-inference", tag: "v2-abc", digest, pullPolicy: "Always" },
  imagePullSecrets: [{ name: "registry" }],
  fullnameOverride: "online-inference",
  replicas: 6,
  minReadySeconds: 10,
  progressDeadlineSeconds: 120,
  strategy: { maxSurge: "100%", maxUnavailable: "25%" },
  service: { type: "NodePort", nodePort: 30_058 },
  resources: { requests: { cpu: "0.1", memory: "96Mi" }, limits: { cpu: "1", memory: "1Gi" } },
  preStopSeconds: 0,
  config: {
    LOG_LEVEL: "debug",
    HOST: "::",
    MAX_ROWS: 1_200,
    BODY_LIMIT: 1_048_576,
    MAX_WAITING_BYTES: 1_073_741_824,
    REQUEST_TIMEOUT_MS: 1_500,
    DRAIN_MS: 0,
  },
  chartDigest: "feed",
};
