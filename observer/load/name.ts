/**
 * Name of the load's container, and of its Job, ConfigMap and Secret unless they get another name, which begins with this one. The
 * names of the Job's pods begin with the Job's.
 */
export const LOAD_NAME = "online-inference-load";
