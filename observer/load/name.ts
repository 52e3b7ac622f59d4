/** Name of the load's Job, ConfigMap and container; the names of the Job's pods begin with it. */
export const LOAD_NAME = "online-inference-load";
