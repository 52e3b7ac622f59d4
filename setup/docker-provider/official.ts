/** The version of the official plugin that the stand-in replaces. */
export const PLUGIN_VERSION = "5.2.0";

/** The one resource type that the stand-in implements. */
export const IMAGE_TYPE = "docker:index/image:Image";

/** The message that refuses a feature of the official plugin, and says how to get that plugin. */
export function refusal(what: string): string {
  return (
    `${what} is not supported by the stand-in for Pulumi's docker plugin, which only builds and pushes images ` +
    `(${IMAGE_TYPE}). Install the official plugin instead: pulumi plugin install resource docker v${PLUGIN_VERSION}`
  );
}
