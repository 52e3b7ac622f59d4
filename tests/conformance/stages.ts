import { stringify } from "yaml";
import { ANNOTATIONS } from "./shape.ts";

const pods = { apiGroup: "v1", kind: "Pod" };
const delayBy = (annotation: string) => ({
  durationMilliseconds: 0,
  durationFrom: { expressionFrom: `.metadata.annotations["${annotation}"]` },
});
const condition = (type: string) => `- {type: ${type}, status: "True", lastTransitionTime: {{ Now | Quote }}}`;

const stage = (name: string, spec: object) => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name },
  spec: { resourceRef: pods, ...spec },
});

/**
 * What kwok does in a kubelet's place: a pod gets Ready after the time that its annotation says, unless it is broken, and one that
 * was told to stop is gone after the time that another annotation says.
 */
export const STAGES: string = [
  stage("pod-ready", {
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
        { key: ".status.podIP", operator: "DoesNotExist" },
        { key: ".status.phase", operator: "NotIn", values: ["Failed"] },
        { key: `.metadata.annotations["${ANNOTATIONS.broken}"]`, operator: "DoesNotExist" },
      ],
    },
    delay: delayBy(ANNOTATIONS.start),
    next: {
      statusTemplate: [
        "conditions:",
        ...["Initialized", "Ready", "ContainersReady"].map(condition),
        "phase: Running",
        "podIP: 10.0.0.1",
        "startTime: {{ Now | Quote }}",
      ].join("\n"),
    },
  }),
  stage("pod-delete", {
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "Exists" },
        // kwok deletes by name, and the API server tells of a pod once more before it is gone: a second deletion would hit the
        // pod that a StatefulSet has created in its place.
        { key: ".metadata.deletionGracePeriodSeconds == 0", operator: "NotIn", values: ["true"] },
      ],
    },
    delay: delayBy(ANNOTATIONS.stop),
    next: { delete: true },
  }),
]
  .map((one) => stringify(one))
  .join("---\n");
