import { VERSION_LABEL } from "../../kubernetes/labels.ts";
import type { PodObject } from "./objects.ts";

/** Labels by which controllers mark the pods of one template: Deployments the first, StatefulSets the second. */
const HASHES = ["pod-template-hash", "controller-revision-hash"];

/**
 * What tells a pod of the old template from one of the new: the hash that its controller gave it. A ReplicaSet of its own gives
 * none: its pods are told apart by their images. A pod without a controller is a revision of its own, by its uid.
 */
export function revisionOf({ metadata, spec }: PodObject): string {
  const { labels = {}, uid, ownerReferences = [] } = metadata;
  const hash = HASHES.map((label) => labels[label]).find((value) => value !== undefined);
  if (hash !== undefined) return hash;
  if (!ownerReferences.some(({ controller }) => controller)) return uid;
  return (spec?.containers ?? []).map(({ image = "" }) => image).join(" ");
}

/** What a reader calls the release of a template: its version label, or else the tag of its first image. */
export function releaseWord(
  labels: Readonly<Record<string, string>> | undefined,
  containers: readonly { readonly image?: string }[] | undefined,
): string {
  return labels?.[VERSION_LABEL] ?? tagOf(containers?.[0]?.image ?? "");
}

/** The tag of an image, or the first digits of its digest: `web:1.2` gives `1.2`, `localhost:5000/web` gives `latest`. */
function tagOf(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag ?? digest?.replace(/^sha256:/, "").slice(0, 12) ?? "latest";
}

/**
 * Names revisions so that no two of them have the same name. The first to bear a word keeps it, the others get a number.
 *
 * Example: pods of image tag 1.4 are restarted twice. The revisions 7f, 5c and 9b are called `1.4`, `1.4#2` and `1.4#3`; after
 * a rollback to 5c its new pods are called `1.4#2` as before.
 */
export function revisionNames(): (revision: string, word: string) => string {
  const names = new Map<string, string>();
  const bearers = new Map<string, number>();
  return (revision, word) => {
    const known = names.get(revision);
    if (known !== undefined) return known;
    const number = (bearers.get(word) ?? 0) + 1;
    bearers.set(word, number);
    const name = number === 1 ? word : `${word}#${number}`;
    names.set(revision, name);
    return name;
  };
}
