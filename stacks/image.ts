import { createHash } from "node:crypto";
import { join } from "node:path";
import { Image, Provider } from "@pulumi/docker";
import type { Resource } from "@pulumi/pulumi";
import { type Architecture, buildContext, type ContextOptions, type Release } from "../service/build.ts";
import type { Daemon } from "./daemon.ts";
import { folderDigest } from "./digest.ts";
import { UserError } from "./errors.ts";
import type { DockerEndpoint } from "./minikube.ts";

const REPOSITORY = "online-inference";
/** Hex digits of the digest in a tag: 48 bits. */
const TAG_DIGITS = 12;
const PLATFORMS: Readonly<Record<Architecture, string>> = { x64: "linux/amd64", arm64: "linux/arm64" };

/** One `docker build`, all of it known at preview. */
type Build = {
  /** Full reference, `<repository>:<tag>`; the tag changes whenever the image would. */
  readonly name: string;
  /** Folder with the Dockerfile, absolute or relative to the program. */
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: string;
};

/** The service's image and, where the base has to be built as well, that one. */
export type ImagePlan = { readonly service: Build; readonly base: Build | undefined };

/** What the plan is made from. */
export type ImageRequest = {
  readonly release: Release;
  readonly baseImage: string;
  readonly baseContext: string | undefined;
  readonly daemon: Daemon;
};

/** The plan's effects: writes the service's build context into a folder, and digests a folder. */
export type ImageEffects = {
  readonly buildContext: (options: ContextOptions) => Promise<void>;
  readonly folderDigest: (folder: string) => Promise<string>;
};

/** Bundles the service, so that source edits are seen, and names the image after what is in it. */
export async function planImage(
  { release, baseImage, baseContext, daemon }: ImageRequest,
  effects: ImageEffects = { buildContext, folderDigest },
): Promise<ImagePlan> {
  const platform = PLATFORMS[daemon.arch];
  // Another daemon has no image, but the plugin believes its state: a change of this argument makes it build again.
  const args = { CLUSTER_ID: daemon.id };
  const base = baseContext && {
    name: `${REPOSITORY}-base:${(await baseDigest(baseContext, effects)).slice(0, TAG_DIGITS)}`,
    context: baseContext,
    args,
    platform,
  };
  const BASE_IMAGE = base ? base.name : baseImage;
  // Relative, so that state and preview are the same in every checkout.
  const context = join("service", "build", release);
  await effects.buildContext({ release, arch: daemon.arch, outDir: context }).catch((cause: Error) => {
    throw new UserError(`the service does not build: ${cause.message}. Mend its sources and run pulumi again.`, {
      cause,
    });
  });
  const digest = digestOf(await effects.folderDigest(context), BASE_IMAGE, platform);
  const name = `${REPOSITORY}:${release}-${digest.slice(0, TAG_DIGITS)}`;
  return { service: { name, context, args: { ...args, BASE_IMAGE }, platform }, base: base || undefined };
}

const baseDigest = (folder: string, { folderDigest }: ImageEffects): Promise<string> =>
  folderDigest(folder).catch((cause: Error) => {
    throw new UserError(
      `environment ONLINE_INFERENCE_BASE_CONTEXT: got ${folder}, which cannot be read (${cause.message}), allowed: a ` +
        `folder with a Dockerfile. Make it again: "bin/lab up pod", or unset the variable to build on config baseImage.`,
      { cause },
    );
  });

/** Registers the images of all releases, built in the daemon of `endpoint` and pushed nowhere; returns those of the service. */
export function buildImages(
  plans: ReadonlyMap<Release, ImagePlan>,
  endpoint: DockerEndpoint,
  parent: Resource,
): readonly Image[] {
  const provider = new Provider("docker", { ...endpoint }, { parent });
  const register = (resourceName: string, { name, context, args, platform }: Build, dependsOn: Resource[]) =>
    new Image(
      resourceName,
      { imageName: name, skipPush: true, build: { context, dockerfile: join(context, "Dockerfile"), args, platform } },
      { parent, provider, dependsOn },
    );
  // All releases are built on the same base.
  const base = plans.values().next().value?.base;
  const first = base ? [register("base-image", base, [])] : [];
  // The first one is named after its purpose, not after its release: a change of release is then an update in the diff.
  return [...plans.values()].map(({ service }, index) =>
    register(index === 0 ? "image" : `image-${index + 1}`, service, first),
  );
}

const digestOf = (...parts: string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex");
