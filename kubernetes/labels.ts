/** The annotation that holds an image's name and tag where the template itself pulls by digest. */
export const IMAGE_ANNOTATION = "online-inference/image";

/** The label that says which release a pod is of. */
export const VERSION_LABEL = "app.kubernetes.io/version";
