import { VERSION_LABEL } from "../../kubernetes/labels.ts";

/** Name of the pods' owner, of the Service and of the container, in every stack. */
export const APP = "online-inference";

/** Whose objects they are. */
export type Owner = { readonly stack: string; readonly experiment: string };

/** Labels as Kubernetes has them. */
export type Labels = Readonly<Record<string, string>>;

/** What tells this stack's pods from all others; it survives a change of release. */
export const selector = (stack: string): Labels => ({
  "app.kubernetes.io/name": APP,
  "app.kubernetes.io/instance": stack,
});

/** Labels of objects that outlive releases. */
export const labels = ({ stack, experiment }: Owner): Labels => ({
  ...selector(stack),
  "app.kubernetes.io/component": experiment,
  "app.kubernetes.io/managed-by": "pulumi",
});

/** Labels of pods, which belong to a release. */
export const podLabels = ({ release, ...owner }: Owner & { readonly release: string }): Labels => ({
  ...labels(owner),
  [VERSION_LABEL]: release,
});

/** What was changed by hand meanwhile, such as by `kubectl scale`, gives way to config instead of a conflict. */
export const FORCED: Labels = { "pulumi.com/patchForce": "true" };
