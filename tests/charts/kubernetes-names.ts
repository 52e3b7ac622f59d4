/** Allowed names of a Service: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (RFC 1035 label). */
export const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Allowed values of a label: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ (syntax). */
export const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Values of all labels in an object, with those of its pods and its selectors. */
export function labelValues(object: unknown): unknown[] {
  if (typeof object !== "object" || object === null) return [];
  return Object.entries(object).flatMap(([key, value]) =>
    ["labels", "matchLabels"].includes(key) ? Object.values(value) : labelValues(value),
  );
}
