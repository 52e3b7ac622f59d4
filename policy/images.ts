import { containerRule } from "./pods.ts";
import type { Rule } from "./rule.ts";

/** The parts of an image's reference. */
interface Reference {
  /** The host to pull from, if the reference names one. */
  readonly registry: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Which images run, and how nodes get them. */
export const images: readonly Rule[] = [
  containerRule(
    { name: "pinned-image", audience: "anybody", level: "warning" },
    "An image is named by a digest or by a tag that does not move.",
    function* ({ image = "" }, path) {
      const { tag, digest } = parseReference(image);
      if (digest || (tag && tag !== "latest")) return;
      yield {
        path: `${path}.image`,
        message: `must have a digest or a tag other than latest, is ${image || "absent"}`,
      };
    },
  ),

  containerRule(
    { name: "pull-policy", audience: "ours" },
    "An image that only the node has is never pulled, any other can be.",
    function* ({ image = "", imagePullPolicy }, path) {
      const at = `${path}.imagePullPolicy`;
      if (!imagePullPolicy) yield { path: at, message: "must be given: its default depends on the tag" };
      const { registry } = parseReference(image);
      if (registry && imagePullPolicy === "Never") {
        yield { path: at, message: `must not be Never, because ${image} comes from ${registry}` };
      }
      if (!registry && imagePullPolicy === "Always") {
        yield { path: at, message: `must not be Always, because ${image} names no registry` };
      }
    },
  ),
];

/** Splits `host:5000/name:tag@sha256:…`. As for docker, the first part is a host only if it has a dot or a colon, or is localhost. */
function parseReference(image: string): Reference {
  const [named = "", digest] = image.split("@");
  const [first = "", ...rest] = named.split("/");
  const registry = rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : undefined;
  return { registry, tag: named.split("/").at(-1)?.split(":")[1], digest };
}
