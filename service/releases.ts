/** The releases that can be built, in the order of their history; each has model/<release>.onnx and its card. */
export const RELEASES = ["v1", "v2"] as const;

/** One of RELEASES. */
export type Release = (typeof RELEASES)[number];
