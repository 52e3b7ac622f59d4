import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { quantity } from "../kubernetes/quantity.ts";
import type { PlanContext } from "./plan-context.ts";

/**
 * Paths of the fields in which a live template differs from the wanted one, such as `containers[online-inference].image`.
 * These are no differences: fields that the API server filled in, another spelling of a quantity (`1000m` and `1`), and labels or
 * annotations that others added. Images that are pulled by digest are compared by the context's `imageAnnotation`, which names
 * the image without its digest.
 */
export function templateChanges(
  wanted: V1PodTemplateSpec,
  live: V1PodTemplateSpec,
  context: Pick<PlanContext, "imageAnnotation"> = {},
): string[] {
  const images = [wanted, live].map(({ metadata }) => metadata?.annotations?.[context.imageAnnotation ?? ""]);
  const byDigest = images.every((image) => image !== undefined);
  const spec = specChanges(wanted, live).filter((path) => !(byDigest && IMAGE_PATH.test(path)));
  const image = byDigest && images[0] !== images[1] ? [imagePath(wanted)] : [];
  return [
    ...image,
    ...spec,
    ...metadataChanges("labels", wanted, live, context),
    ...metadataChanges("annotations", wanted, live, context),
  ];
}

/** Like `templateChanges`, but without labels and annotations, which change in place on a bare Pod. */
export const specChanges = (wanted: V1PodTemplateSpec, live: V1PodTemplateSpec): string[] =>
  differences("", wanted.spec ?? {}, live.spec ?? {});

/** The path of an image among the changes of a template. */
export const IMAGE_PATH = /^containers\[[^\]]*\]\.image$/;

const imagePath = ({ spec }: V1PodTemplateSpec): string => `containers[${spec?.containers[0]?.name}].image`;

function metadataChanges(
  kind: "labels" | "annotations",
  wanted: V1PodTemplateSpec,
  live: V1PodTemplateSpec,
  { imageAnnotation }: Pick<PlanContext, "imageAnnotation">,
): string[] {
  return Object.entries(wanted.metadata?.[kind] ?? {})
    .filter(([key, value]) => key !== imageAnnotation && live.metadata?.[kind]?.[key] !== value)
    .map(([key]) => `metadata.${kind}[${key}]`);
}

type Fields = Readonly<Record<string, unknown>>;

function differences(path: string, wanted: unknown, live: unknown): string[] {
  if (isNothing(wanted) && isNothing(live)) return [];
  if (isAbsent(wanted)) return isDefaulted(path, live) || isDefaultedBelow(path, live) ? [] : [path];
  if (Array.isArray(wanted) && Array.isArray(live)) return listDifferences(path, wanted, live);
  if (isFields(wanted) && isFields(live)) {
    const [ours, theirs] = path.endsWith(".resources") ? [withRequests(wanted), withRequests(live)] : [wanted, live];
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => differences(path ? `${path}.${key}` : key, ours[key], theirs[key]));
  }
  return isSame(path, wanted, live) ? [] : [path];
}

/** An object that consists of nothing but defaults. */
const isDefaultedBelow = (path: string, live: unknown): boolean =>
  isFields(live) &&
  Object.entries(live).every(([key, value]) => isNothing(value) || isDefaulted(`${path}.${key}`, value));

/** Compares lists: elements with names by name in any order, others by position. */
function listDifferences(path: string, wanted: readonly unknown[], live: readonly unknown[]): string[] {
  const all = [...wanted, ...live];
  if (all.every(isNamed)) {
    const find = (list: readonly unknown[], name: string) => list.filter(isNamed).find((item) => item.name === name);
    const names = new Set(all.map(({ name }) => name));
    return [...names].flatMap((name) => {
      const [ours, theirs] = [find(wanted, name), find(live, name)];
      // An element on one side only is reported as a whole: it is more than a default.
      return ours && theirs ? differences(`${path}[${name}]`, ours, theirs) : [`${path}[${name}]`];
    });
  }
  if (wanted.length !== live.length) return [path];
  return wanted.flatMap((item, index) => differences(`${path}[${index}]`, item, live[index]));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNamed = (value: unknown): value is { readonly name: string } =>
  isFields(value) && typeof value.name === "string";

/** Whether a template leaves a field open; an object whose fields are all undefined does so too. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "object" && Object.values(value).every(isAbsent));

/** The API server leaves out most of what is empty, false or 0. */
const isNothing = (value: unknown): boolean => !value || isAbsent(value);

/** Fills in the limit where a request is missing, as the API server does. */
const withRequests = (resources: Fields): Fields => ({
  ...resources,
  ...(isFields(resources.limits) && { requests: { ...resources.limits, ...(resources.requests ?? {}) } }),
});

function isSame(path: string, wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  if (isNothing(wanted) || isNothing(live)) return false;
  return /\.resources\.(limits|requests)\.|\.sizeLimit$/.test(path)
    ? quantity(wanted as string) === quantity(live as string)
    : false;
}

/**
 * Values that the API server fills in for fields that a template leaves open. Paths are matched without list indices.
 * Source: the field descriptions of Kubernetes' API, group core/v1, PodSpec and below.
 */
const DEFAULTS: readonly (readonly [path: RegExp, value: unknown])[] = [
  [/^restartPolicy$/, "Always"],
  [/^dnsPolicy$/, "ClusterFirst"],
  [/^schedulerName$/, "default-scheduler"],
  [/^terminationGracePeriodSeconds$/, 30],
  [/^enableServiceLinks$/, true],
  [/ontainers\.terminationMessagePath$/, "/dev/termination-log"],
  [/ontainers\.terminationMessagePolicy$/, "File"],
  [/\.ports\.protocol$/, "TCP"],
  [/Probe\.periodSeconds$/, 10],
  [/Probe\.timeoutSeconds$/, 1],
  [/Probe\.successThreshold$/, 1],
  [/Probe\.failureThreshold$/, 3],
  [/\.httpGet\.scheme$/, "HTTP"],
  [/\.httpGet\.path$/, "/"],
  [/\.fieldRef\.apiVersion$/, "v1"],
  [/\.defaultMode$/, 420],
];

/** Fields that scheduling, admission and the service account fill in. */
const ASSIGNED =
  /^(nodeName|serviceAccount|serviceAccountName|priority|preemptionPolicy|tolerations)$|ontainers\.imagePullPolicy$/;

/** Whether the API server may have filled in a live value by itself. */
export function isDefaulted(path: string, live: unknown): boolean {
  const field = path.replaceAll(/\[[^\]]*\]/g, "");
  return ASSIGNED.test(field) || DEFAULTS.some(([pattern, value]) => pattern.test(field) && value === live);
}
