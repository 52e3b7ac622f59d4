import { createHash } from "node:crypto";
import { join } from "node:path";
import { Image, Provider } from "@pulumi/docker";
import { type Input, type Resource, secret } from "@pulumi/pulumi";
import { UserError } from "../../common/user-error.ts";
import { type Architecture, buildContext, type ContextOptions, ModelError } from "../../service/build.ts";
import type { Release } from "../../service/releases.ts";
import { cacheFolder } from "../../start/cache-folder.ts";
import { factsIn } from "../../start/kept-fact.ts";
import { type SettingError, wrongValue } from "../settings/parse.ts";
import type { Builder } from "./builder.ts";
import type { DockerEndpoint } from "./docker.ts";
import { folderDigest } from "./folder-digest.ts";
import { keeperOf } from "./kept-bundle.ts";
import { isMissing } from "./missing.ts";
import { hostOf, type Registry } from "./registry.ts";

const REPOSITORY = "online-inference";
/** How many hex digits of the digest stand in a tag: 12 are 48 bits. */
const TAG_DIGITS = 12;
/**
 * The build argument that makes the docker plugin build an image again that is gone: a new value is a change of inputs. No
 * Dockerfile reads it, so the image stays the same.
 */
const MISSING_AT = "FOUND_MISSING_AT";
const PLATFORMS: Readonly<Record<Architecture, string>> = { x64: "linux/amd64", arm64: "linux/arm64" };

/** One `docker build`; every field is known at preview. */
type Build = {
  /** Full reference, `<repository>:<tag>`. The tag holds a digest of all that the image is made of. */
  readonly name: string;
  /** Folder with the Dockerfile, absolute or relative to the program. */
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: string;
  /** When the image was found to be missing, in ISO 8601; undefined if it is present. */
  readonly missingAt: string | undefined;
};

/** The builds of one release: the service's image and, if no registry of images can be reached, its base. */
export type ImagePlan = {
  readonly service: Build;
  readonly base: Build | undefined;
  /** The second name of the service's image, which always means the release's newest one: `<repository>:<release>`. */
  readonly newest: Pick<Build, "name" | "missingAt">;
  /** The registry that both names are pushed to; undefined if images stay in the daemon. */
  readonly push?: Registry;
};

/** The inputs of `planImage`. */
export type ImageRequest = {
  readonly release: Release;
  readonly baseImage: string;
  readonly baseContext: string | undefined;
  /** Folder of a model of one's own, instead of the release's. */
  readonly modelDir?: string | undefined;
  readonly builder: Pick<Builder, "host" | "certPath" | "arch">;
  readonly registry: Registry | undefined;
};

/** The effects of `planImage`: they write the service's build context into a folder, digest a folder, and look for images. */
export type ImageEffects = {
  readonly buildContext: (options: ContextOptions) => Promise<void>;
  readonly folderDigest: (folder: string) => Promise<string>;
  readonly isMissing: (name: string, builder: DockerEndpoint, registry: Registry | undefined) => Promise<boolean>;
  readonly now: () => Date;
};

const keep = keeperOf();
const facts = factsIn(cacheFolder(process.env));

const realEffects: ImageEffects = {
  buildContext: (options) => buildContext({ ...options, keep, facts }),
  folderDigest: (folder) => folderDigest(folder, facts),
  isMissing,
  now: () => new Date(),
};

/** Bundles the service where its source was edited, and names the image by the digest of its build context. */
export async function planImage(
  { release, baseImage, baseContext, modelDir, builder, registry }: ImageRequest,
  effects: ImageEffects = realEffects,
): Promise<ImagePlan> {
  const platform = PLATFORMS[builder.arch];
  const lookFor = async (name: string, where: Registry | undefined) => {
    const missing = await effects.isMissing(name, builder, where);
    return { name, missingAt: missing ? effects.now().toISOString() : undefined };
  };
  const planBase = async (folder: string): Promise<Build> => {
    const tag = (await baseDigest(folder, effects)).slice(0, TAG_DIGITS);
    return { ...(await lookFor(`${REPOSITORY}-base:${tag}`, undefined)), context: folder, args: {}, platform };
  };
  // Side by side with the service's content; of two mistakes this one is told.
  const planningBase = baseContext === undefined ? undefined : planBase(baseContext);
  planningBase?.catch(() => undefined);
  // A relative path, so that Pulumi's state and preview are the same in every checkout.
  // Another model has a folder of its own: two commands at once must not change what the other one digests.
  const context = join("service", "build", modelDir === undefined ? release : `${release}-${shortDigest(modelDir)}`);
  const building = effects.buildContext({ release, arch: builder.arch, outDir: context, modelDir });
  building.catch(() => undefined);
  const base = await planningBase;
  const BASE_IMAGE = base ? base.name : baseImage;
  await building.catch((cause: Error) => {
    if (cause instanceof ModelError) throw noModel(modelDir, cause);
    throw new UserError(`the service does not build: ${cause.message}. Mend its sources and run pulumi again.`, {
      cause,
    });
  });
  const digest = digestOf(await effects.folderDigest(context), BASE_IMAGE, platform);
  const repository = registry ? `${registry.address}/${REPOSITORY}` : REPOSITORY;
  const [service, newest] = await Promise.all([
    lookFor(`${repository}:${release}-${digest.slice(0, TAG_DIGITS)}`, registry),
    lookFor(`${repository}:${release}`, registry),
  ]);
  return {
    service: { ...service, context, args: { BASE_IMAGE }, platform },
    base,
    newest,
    ...(registry && { push: registry }),
  };
}

const noModel = (modelDir: string | undefined, cause: ModelError): SettingError =>
  wrongValue(
    "modelDir",
    modelDir,
    `a folder with model.onnx and card.json as docs/own-model.md has them (${cause.message})`,
  );

const shortDigest = (text: string): string => digestOf(text).slice(0, TAG_DIGITS);

const baseDigest = (folder: string, { folderDigest }: ImageEffects): Promise<string> =>
  folderDigest(folder).catch((cause: Error) => {
    throw new UserError(
      `environment ONLINE_INFERENCE_BASE_CONTEXT: got ${folder}, which cannot be read (${cause.message}), allowed: a ` +
        `folder with a Dockerfile. Make it again: "bin/lab up pod", or unset the variable to build on config baseImage.`,
      { cause },
    );
  });

/** The images as resources of Pulumi. */
export type BuiltImages = {
  readonly resources: readonly Resource[];
  /** Digests of pushed images, `sha256:…`, by their planned names; empty if none is pushed. */
  readonly digests: Readonly<Record<string, Input<string>>>;
};

/**
 * Registers the images of all releases. The builder's daemon builds them, and pushes them if the plans name a registry.
 * `tagNewest` gives them their second name even if they are not pushed.
 */
export function buildImages(
  plans: ReadonlyMap<Release, ImagePlan>,
  builder: Builder,
  options: { readonly parent: Resource; readonly tagNewest: boolean },
): BuiltImages {
  const { parent, tagNewest } = options;
  const { host, certPath } = builder;
  // The program has asked the daemon already. If the plugin checked it as well, a stack could not be destroyed without its daemon.
  const address = { host, ...(certPath !== undefined && { certPath }), disableDockerDaemonCheck: true };
  const provider = new Provider("docker", address, { parent });
  const register = (resourceName: string, build: Build, dependsOn: Resource[], push?: Registry) =>
    new Image(
      resourceName,
      {
        imageName: build.name,
        skipPush: push === undefined,
        ...(push?.credentials && { registry: registryLogin(push, push.credentials) }),
        build: {
          context: build.context,
          dockerfile: join(build.context, "Dockerfile"),
          args: { ...build.args, ...(build.missingAt && { [MISSING_AT]: build.missingAt }) },
          platform: build.platform,
        },
      },
      // If the image is present, the state keeps the argument of its last build: a change of it alone must not build again.
      { parent, provider, dependsOn, ...(!build.missingAt && { ignoreChanges: [`build.args.${MISSING_AT}`] }) },
    );
  // All releases are built on the same base.
  const base = plans.values().next().value?.base;
  const first = base ? [register("base-image", base, [])] : [];
  const resources: Resource[] = [];
  const digests: Record<string, Input<string>> = {};
  // The first image's resource is named by its purpose, not by its release: a change of release then shows as an update.
  for (const [index, { service, newest, push }] of [...plans.values()].entries()) {
    const suffix = index === 0 ? "" : `-${index + 1}`;
    const image = register(`image${suffix}`, service, first, push);
    resources.push(image);
    if (push) digests[service.name] = image.repoDigest.apply(digestIn);
    // The plugin gives an image one name only. So the same build is registered again, and comes from the daemon's cache.
    if (push || tagNewest) {
      resources.push(register(`newest-image${suffix}`, { ...service, ...newest }, [image], push));
    }
  }
  return { resources, digests };
}

const registryLogin = (registry: Registry, { username, password }: NonNullable<Registry["credentials"]>) => ({
  server: hostOf(registry),
  username,
  password: secret(password),
});

/** Takes `sha256:…` out of `repository@sha256:…`; docker may know the image by another repository's name as well. */
const digestIn = (repoDigest: string): string => repoDigest.slice(repoDigest.indexOf("@") + 1);

const digestOf = (...parts: string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex");
