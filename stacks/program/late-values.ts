import type { V1PodSpec } from "@kubernetes/client-node";
import { type Input, interpolate } from "@pulumi/pulumi";
import type { Manifest } from "../../kubernetes/manifest.ts";
import type { ChartDeclaration } from "../objects/declaration.ts";
import { DOCKER_CONFIG, PULL_SECRET } from "../objects/pull-secret.ts";

/** Values that declarations leave open, because they are known only after a push, or because they are secret. */
export type LateValues = {
  /** Digests of pushed images, `sha256:…`, by their planned references; empty if images are not pushed. */
  readonly digests: Readonly<Record<string, Input<string>>>;
  /** Content of the Secret with which nodes pull images. */
  readonly dockerConfig?: Input<string>;
};

/** The object as it is registered: with images by digest, and the pull Secret with its content. */
export function completeManifest(manifest: Manifest, late: LateValues): unknown {
  switch (manifest.kind) {
    case "Pod":
      return { ...manifest, spec: byDigest(manifest.spec, late) };
    case "Deployment":
    case "ReplicaSet": {
      const template = manifest.spec?.template;
      return {
        ...manifest,
        spec: { ...manifest.spec, template: { ...template, spec: byDigest(template?.spec, late) } },
      };
    }
    case "Secret":
      if (manifest.metadata.name !== PULL_SECRET) return manifest;
      return { ...manifest, data: { [DOCKER_CONFIG]: late.dockerConfig } };
    default:
      return manifest;
  }
}

const byDigest = (spec: V1PodSpec | undefined, { digests }: LateValues) =>
  spec && {
    ...spec,
    containers: spec.containers.map((container) => {
      const { image = "" } = container;
      const digest = digests[image];
      return digest === undefined ? container : { ...container, image: interpolate`${repositoryOf(image)}@${digest}` };
    }),
  };

const repositoryOf = (reference: string): string => reference.slice(0, reference.lastIndexOf(":"));

/** The chart's values as they are registered: with the digest of their image. */
export function completeValues({ chart }: ChartDeclaration, late: LateValues): Readonly<Record<string, unknown>> {
  const image = chart.values.image as { readonly repository?: string; readonly tag?: string } | undefined;
  const digest = late.digests[`${image?.repository}:${image?.tag}`];
  return digest === undefined ? chart.values : { ...chart.values, image: { ...image, digest } };
}
