/**
 * The releases that can be built, in the order of their history; each has a card, model/<release>.json, which names its
 * ONNX file. `v3-broken` fails its self-check on purpose: it starts, but never becomes ready.
 */
export const RELEASES = ["v1", "v2", "v3-broken"] as const;

/** One of RELEASES. */
export type Release = (typeof RELEASES)[number];
