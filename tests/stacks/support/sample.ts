import type { Manifest, WorkloadManifest } from "../../../kubernetes/manifest.ts";
import { RELEASES, type Release } from "../../../service/releases.ts";
import type { ImagePlan } from "../../../stacks/images/image.ts";
import type { Declaration, ObjectDeclaration } from "../../../stacks/objects/declaration.ts";
import { type LabConfig, resolveConfig } from "../../../stacks/program/config.ts";
import { declare, workloadsOf } from "../../../stacks/program/prepare.ts";

/** A plan of one release's image; the digest of its build context is zeros. */
export const sampleImage = (release: Release): ImagePlan => ({
  service: {
    name: `online-inference:${release}-000000000000`,
    context: `service/build/${release}`,
    args: { BASE_IMAGE: "node:24" },
    platform: "linux/amd64",
    missingAt: undefined,
  },
  base: undefined,
  newest: { name: `online-inference:${release}`, missingAt: undefined },
});

/** Plans of all releases' images. */
export const sampleImages = new Map(RELEASES.map((release) => [release, sampleImage(release)]));

/** A stack's config under values, as text like from `-c`. */
export const sampleConfig = (stack: string, values: Readonly<Record<string, string>> = {}): LabConfig =>
  resolveConfig({
    project: "lab",
    stack,
    env: {},
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`lab:${key}`, value])),
  });

/** A stack's declarations under values. */
export const sampleDeclarations = (stack: string, values?: Readonly<Record<string, string>>): readonly Declaration[] =>
  declare(sampleConfig(stack, values), sampleImages);

/** A stack's objects, without those of charts. */
export const sampleManifests = (stack: string, values?: Readonly<Record<string, string>>): readonly Manifest[] =>
  sampleDeclarations(stack, values)
    .filter((declaration): declaration is ObjectDeclaration => "manifest" in declaration)
    .map(({ manifest }) => manifest);

/** A stack's workloads, with those of charts. */
export const sampleWorkloads = (
  stack: string,
  values?: Readonly<Record<string, string>>,
): readonly WorkloadManifest[] => workloadsOf(sampleDeclarations(stack, values));
