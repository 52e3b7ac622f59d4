import { IMAGE_TYPE, PLUGIN_VERSION } from "./official.ts";

const text = { type: "string" };
const flag = { type: "boolean" };
const object = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };

/** The plugin's schema. It only names the one resource type: programs take the full schema from `@pulumi/docker`. */
export const SCHEMA = JSON.stringify({
  name: "docker",
  version: PLUGIN_VERSION,
  description: "Stand-in for Pulumi's docker plugin that builds and pushes images only",
  provider: {
    inputProperties: {
      host: text,
      certPath: text,
      caMaterial: text,
      certMaterial: text,
      keyMaterial: { ...text, secret: true },
      disableDockerDaemonCheck: flag,
    },
  },
  resources: {
    [IMAGE_TYPE]: {
      requiredInputs: ["imageName"],
      inputProperties: { imageName: text, build: object, registry: object, skipPush: flag, buildOnPreview: flag },
      properties: {
        imageName: text,
        baseImageName: text,
        context: text,
        dockerfile: text,
        platform: text,
        registryServer: text,
        repoDigest: text,
      },
    },
  },
});
