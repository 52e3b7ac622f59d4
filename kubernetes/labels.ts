/** The annotation by which a template pulled by digest still says which image was meant. */
export const IMAGE_ANNOTATION = "online-inference/image";

/** The label that says which release a pod is of. */
export const VERSION_LABEL = "app.kubernetes.io/version";
