import { VERSION_LABEL } from "../../kubernetes/labels.ts";

/** Name of the pods' owner, of the Service and of the container, in every stack. */
export const APP = "online-inference";

/** The stack and the experiment that an object belongs to. */
export type Owner = { readonly stack: string; readonly experiment: string };

export type Labels = Readonly<Record<string, string>>;

/** Labels that select this stack's pods and no others; they stay the same when the release changes. */
export const selector = (stack: string): Labels => ({
  "app.kubernetes.io/name": APP,
  "app.kubernetes.io/instance": stack,
});

/** Labels of objects that stay when the release changes. */
export const labels = ({ stack, experiment }: Owner): Labels => ({
  ...selector(stack),
  "app.kubernetes.io/component": experiment,
  "app.kubernetes.io/managed-by": "pulumi",
});

/** Labels of pods: those of the stack, and the release. */
export const podLabels = ({ release, ...owner }: Owner & { readonly release: string }): Labels => ({
  ...labels(owner),
  [VERSION_LABEL]: release,
});

/** An annotation that overwrites manual changes, as by `kubectl scale`; without it server-side apply reports a conflict. */
export const FORCED: Labels = { "pulumi.com/patchForce": "true" };
