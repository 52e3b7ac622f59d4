import { Image, Provider } from "@pulumi/docker";
import { Provider as Cluster } from "@pulumi/kubernetes";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/index.js";
import { Config } from "@pulumi/pulumi";

/** One ConfigMap and one image: as little as a program can have that uses both plugins. */
const config = new Config();
const provider = new Provider("docker", {
  host: config.require("dockerHost"),
  certPath: config.require("dockerCertPath"),
  disableDockerDaemonCheck: true,
});
const cluster = new Cluster("kubernetes", { context: config.require("context") });
new ConfigMap(
  "settings",
  { metadata: { name: "floor", namespace: config.require("namespace") }, data: { key: "value" } },
  { provider: cluster },
);
new Image(
  "image",
  {
    imageName: "online-inference-floor:v1",
    skipPush: true,
    build: { context: "image", dockerfile: "image/Dockerfile", platform: config.require("platform") },
  },
  { provider },
);
