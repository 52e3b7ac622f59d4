/** What Kubernetes takes where a pod's spec does not say it. */
export const DEFAULT_GRACE_SECONDS = 30;

/** How long pods of a spec may take to stop, from the request to delete them to SIGKILL, in ms. */
export const graceMsOf = (spec: { readonly terminationGracePeriodSeconds?: number } | undefined): number =>
  (spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
