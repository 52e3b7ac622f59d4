import { buildImage, type Tools } from "./build.ts";
import { messageOf } from "./errors.ts";
import { readInputs } from "./inputs.ts";
import { type Bag, hasUnknown, isSecretAt, plainBag, secret, UNKNOWN, type Value } from "./properties.ts";
import { pushImage } from "./push.ts";

/** An image after it was created or updated. */
export interface MadeImage {
  id: string;
  outputs: Bag;
}

/** Previews an image: it returns the inputs alone, but builds if the program asks for that and all inputs are known. */
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
    // A preview may build in the daemon, but pushes nothing.
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

/** Makes a function that removes passwords and secret build arguments from a text. */
function hider(inputs: Bag, bare: Bag): (text: string) => string {
  const { registry, build } = readInputs(bare);
  // A short argument such as "1" is kept: to remove it everywhere would make the log unreadable.
  const args = Object.entries(build.args).filter(
    ([key, value]) => isSecretAt(inputs, ["build", "args", key]) && value.length >= 6,
  );
  const secrets = [registry.password, ...args.map(([, value]) => value)].filter((value) => value !== "");
  return (text) => secrets.reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text);
}
