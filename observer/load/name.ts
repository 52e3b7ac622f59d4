/** Name of the Job, of its ConfigMap and of its container; its pods' names begin with it. */
export const LOAD_NAME = "online-inference-load";
