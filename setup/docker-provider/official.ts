/** The version of the official plugin whose place this stand-in takes. */
export const PLUGIN_VERSION = "5.2.0";

/** The one resource type that the stand-in implements. */
export const IMAGE_TYPE = "docker:index/image:Image";

/** The sentence that refuses everything else and says how to get the plugin that can do it. */
export function refusal(what: string): string {
  return (
    `${what} is not supported by the stand-in for Pulumi's docker plugin, which only builds and pushes images ` +
    `(${IMAGE_TYPE}). Install the official plugin instead: pulumi plugin install resource docker v${PLUGIN_VERSION}`
  );
}
