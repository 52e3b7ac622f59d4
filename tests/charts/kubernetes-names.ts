/** What a Service may be called: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (RFC 1035 label). */
export const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What a label may say: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ (syntax). */
export const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Values of all labels in an object, its pods' and its selectors' among them. */
export function labelValues(object: unknown): unknown[] {
  if (typeof object !== "object" || object === null) return [];
  return Object.entries(object).flatMap(([key, value]) =>
    ["labels", "matchLabels"].includes(key) ? Object.values(value) : labelValues(value),
  );
}
