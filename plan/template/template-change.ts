import type { V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import { quantity } from "../../kubernetes/quantity.ts";
import type { PlanContext, Template } from "../plan-context.ts";
import { templateIn } from "./made-of.ts";
import { type Fields, isFields, pullPolicyOf, type SpecOf, storedSpec } from "./stored-spec.ts";

type Images = Pick<PlanContext, "imageAnnotation">;

/**
 * Paths of the fields in which a live template differs from the wanted one, such as `containers[online-inference].image`: any of them
 * makes a new revision. These are no differences: fields that the API server filled in, another spelling of a quantity (`1000m` and
 * `1`), and the hash by which a Deployment labels its ReplicaSets. What others added is a difference: `asApplied` puts it into the
 * wanted template. Images that are pulled by digest are compared by the context's `imageAnnotation`,
 * which names the image without its digest.
 */
export const templateChanges = (wanted: V1PodTemplateSpec, live: V1PodTemplateSpec, context: Images = {}): string[] =>
  changesOf(wanted, live, "template", context);

/**
 * The same of a Pod in place of a live template. What its controller and admission added to the spec of a pod that is owned is no
 * difference; `asApplied` puts what admission added to a bare Pod into the wanted one.
 */
export const podChanges = (wanted: Template, pod: V1Pod, context: Images = {}): string[] =>
  changesOf(templateIn(wanted), templateIn(pod), "pod", context);

/** Like `podChanges`, but without labels and annotations, which change in place on a bare Pod. */
export const podSpecChanges = (wanted: Template, pod: V1Pod): string[] =>
  specChanges(templateIn(wanted), templateIn(pod), "pod");

/** The path of an image among the changes of a template. */
export const IMAGE_PATH = /^containers\[[^\]]*\]\.image$/;

/** The label that a Deployment gives to the template of each of its ReplicaSets. */
const HASH_LABEL = "pod-template-hash";

function changesOf(wanted: Template, live: Template, of: SpecOf, context: Images): string[] {
  const images = [wanted, live].map(({ metadata }) => metadata?.annotations?.[context.imageAnnotation ?? ""]);
  const byDigest = images.every((image) => image !== undefined);
  const spec = specChanges(wanted, live, of).filter((path) => !(byDigest && IMAGE_PATH.test(path)));
  const image = byDigest && images[0] !== images[1] ? [imagePath(wanted)] : [];
  return [
    ...image,
    ...spec,
    ...metadataChanges("labels", wanted, live, context),
    ...metadataChanges("annotations", wanted, live, context),
  ];
}

const imagePath = ({ spec }: Template): string => `containers[${spec?.containers[0]?.name}].image`;

function metadataChanges(
  kind: "labels" | "annotations",
  wanted: Template,
  live: Template,
  { imageAnnotation }: Images,
): string[] {
  const [ours = {}, theirs = {}] = [wanted.metadata?.[kind], live.metadata?.[kind]];
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    .filter((key) => key !== imageAnnotation && key !== HASH_LABEL && ours[key] !== theirs[key])
    .map((key) => `metadata.${kind}[${key}]`);
}

/** Fields that scheduling and admission fill in where a Pod leaves them open. */
export const ADMITTED: readonly string[] = [
  ...["nodeName", "priority", "priorityClassName", "preemptionPolicy", "overhead", "imagePullSecrets"],
  "tolerations",
];

function specChanges(wanted: Template, live: Template, of: SpecOf): string[] {
  const [ours, theirs] = [storedSpec(wanted.spec, of), storedSpec(live.spec, of)];
  // What a bare Pod has from admission is in the wanted one already: see `asApplied`.
  const isOwned = of === "pod" && (live.metadata?.ownerReferences ?? []).length > 0;
  // The API server knows the service account by two names, of which only the new one is taken away: it takes the other one then.
  const open = ["serviceAccountName", ...(isOwned ? ADMITTED : [])].filter((key) => ours[key] === undefined);
  const compared = Object.fromEntries(Object.entries(theirs).filter(([key]) => !open.includes(key)));
  return differences("", ours, of === "pod" ? withoutAdmitted(ours, compared) : compared);
}

/** A Pod's spec without the tolerations of a node's conditions that admission gave it beside its own. */
function withoutAdmitted(wanted: Fields, { tolerations, ...rest }: Fields): Fields {
  if (!Array.isArray(tolerations) || !Array.isArray(wanted.tolerations))
    return { ...rest, ...(tolerations !== undefined && { tolerations }) };
  const keys = new Set(wanted.tolerations.filter(isFields).map(({ key }) => key));
  const isAdmitted = ({ key }: Fields) => String(key).startsWith("node.kubernetes.io/") && !keys.has(key);
  return { ...rest, tolerations: tolerations.filter((one) => !(isFields(one) && isAdmitted(one))) };
}

function differences(path: string, wanted: unknown, live: unknown): string[] {
  if (Array.isArray(wanted) && Array.isArray(live)) return listDifferences(path, wanted, live);
  if (isFields(wanted) && isFields(live)) {
    const [ours, theirs] = [withPullPolicy(path, wanted, live), withPullPolicy(path, live, wanted)];
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => differences(path ? `${path}.${key}` : key, ours[key], theirs[key]));
  }
  return isSame(path, wanted, live) ? [] : [path];
}

/** A container with the default of its image where only the other one has an imagePullPolicy. */
const withPullPolicy = (path: string, one: Fields, other: Fields): Fields =>
  /ontainers\[[^\]]*\]$/.test(path) && one.imagePullPolicy === undefined && other.imagePullPolicy !== undefined
    ? { ...one, imagePullPolicy: pullPolicyOf(String(one.image ?? "")) }
    : one;

/** Compares lists: elements with names by name, and then the order of those that both have; others by position. */
function listDifferences(path: string, wanted: readonly unknown[], live: readonly unknown[]): string[] {
  const [ours, theirs] = [byName(wanted), byName(live)];
  if (ours && theirs) {
    const own = [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) => {
      const [one, other] = [ours.get(name), theirs.get(name)];
      // An element on one side only is reported as a whole.
      return one && other ? differences(`${path}[${name}]`, one, other) : [`${path}[${name}]`];
    });
    const before = [...theirs.keys()].filter((name) => ours.has(name));
    const isMoved = [...ours.keys()].filter((name) => theirs.has(name)).some((name, index) => name !== before[index]);
    return isMoved ? [...own, path] : own;
  }
  if (wanted.length !== live.length) return [path];
  return wanted.flatMap((item, index) => differences(`${path}[${index}]`, item, live[index]));
}

/** The elements of a list by name, in their order; undefined where one has no name, or that of another one. */
function byName(list: readonly unknown[]): ReadonlyMap<string, Fields> | undefined {
  const named = list.flatMap((item) =>
    isFields(item) && typeof item.name === "string" ? [[item.name, item] as const] : [],
  );
  const found = new Map(named);
  return found.size === list.length ? found : undefined;
}

function isSame(path: string, wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  if (wanted === undefined || live === undefined) return false;
  return /\.resources\.(limits|requests)\.|\.sizeLimit$/.test(path)
    ? quantity(wanted as string) === quantity(live as string)
    : false;
}
