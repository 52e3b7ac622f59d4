/**
 * What the API server fills in where a template says nothing, by the end of a field's path with list indices left out.
 * Source: the field descriptions of Kubernetes' API, group core/v1, PodSpec and below.
 */
const DEFAULTS: readonly (readonly [path: RegExp, value: unknown])[] = [
  [/^restartPolicy$/, "Always"],
  [/^dnsPolicy$/, "ClusterFirst"],
  [/^schedulerName$/, "default-scheduler"],
  [/^terminationGracePeriodSeconds$/, 30],
  [/^enableServiceLinks$/, true],
  [/ontainers\.terminationMessagePath$/, "/dev/termination-log"],
  [/ontainers\.terminationMessagePolicy$/, "File"],
  [/\.ports\.protocol$/, "TCP"],
  [/Probe\.periodSeconds$/, 10],
  [/Probe\.timeoutSeconds$/, 1],
  [/Probe\.successThreshold$/, 1],
  [/Probe\.failureThreshold$/, 3],
  [/\.httpGet\.scheme$/, "HTTP"],
  [/\.httpGet\.path$/, "/"],
  [/\.fieldRef\.apiVersion$/, "v1"],
  [/\.defaultMode$/, 420],
];

/** What scheduling, admission and the service account give a pod that does not say it itself. */
const ASSIGNED =
  /^(nodeName|serviceAccount|serviceAccountName|priority|preemptionPolicy|tolerations)$|ontainers\.imagePullPolicy$/;

/** Whether a live value stands where nobody has to have written one. */
export function isDefaulted(path: string, live: unknown): boolean {
  const field = path.replaceAll(/\[[^\]]*\]/g, "");
  return ASSIGNED.test(field) || DEFAULTS.some(([pattern, value]) => pattern.test(field) && value === live);
}
