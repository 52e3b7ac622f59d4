import { buildImage, type Tools } from "./build.ts";
import { messageOf } from "./errors.ts";
import { readInputs } from "./inputs.ts";
import { type Bag, hasUnknown, isSecretAt, plainBag, secret, UNKNOWN, type Value } from "./properties.ts";
import { pushImage } from "./push.ts";

/** A created or updated image. */
export interface MadeImage {
  id: string;
  outputs: Bag;
}

/** What a preview of an image tells: the inputs alone, unless the program asks to build on preview and all is known. */
export async function previewImage(inputs: Bag, tools: Tools): Promise<MadeImage> {
  const bare = plainBag(inputs);
  if (bare.buildOnPreview !== true) return { id: "", outputs: inputs };
  if (hasUnknown(bare)) {
    tools.warn("Not building on preview: some inputs of the image are not known before the update");
    return { id: "", outputs: inputs };
  }
  return make(inputs, bare, tools, true);
}

/** Builds an image and, unless `skipPush` is set, pushes it. */
export function makeImage(inputs: Bag, tools: Tools): Promise<MadeImage> {
  return make(inputs, plainBag(inputs), tools, false);
}

async function make(inputs: Bag, bare: Bag, tools: Tools, preview: boolean): Promise<MadeImage> {
  const image = readInputs(bare);
  const hide = hider(inputs, bare);
  try {
    const hidden: Tools = {
      ...tools,
      status: (line) => tools.status(hide(line)),
      warn: (text) => tools.warn(hide(text)),
    };
    const { dockerfile, id } = await buildImage(image, hidden);
    // A preview changes nothing outside of the daemon.
    const pushed = () => (preview ? UNKNOWN : pushImage(image, hidden));
    const digest = image.skipPush ? id : await pushed();
    const mark = (value: Value, ...path: string[]) => (isSecretAt(inputs, path) ? secret(value) : value);
    const outputs: Bag = {
      dockerfile: mark(dockerfile, "build", "dockerfile"),
      context: mark(image.build.context, "build", "context"),
      baseImageName: mark(image.imageName, "imageName"),
      imageName: mark(image.imageName, "imageName"),
      registryServer: mark(image.registry.server, "registry", "server"),
      repoDigest: mark(digest, "imageName"),
      platform: mark(image.build.platform, "build", "platform"),
      __inputs: secret(bare),
    };
    return { id: image.imageName, outputs };
  } catch (error) {
    if (error instanceof Error) error.message = hide(messageOf(error));
    throw error;
  }
}

/** Takes passwords and secret build arguments out of a text. */
function hider(inputs: Bag, bare: Bag): (text: string) => string {
  const { registry, build } = readInputs(bare);
  // Short arguments such as "1" would black out half of the log.
  const args = Object.entries(build.args).filter(
    ([key, value]) => isSecretAt(inputs, ["build", "args", key]) && value.length >= 6,
  );
  const secrets = [registry.password, ...args.map(([, value]) => value)].filter((value) => value !== "");
  return (text) => secrets.reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text);
}
