import Type from "typebox";
import { count, list } from "../../words.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind } from "../kind.ts";

/** Every pod has this quality-of-service class. */
export const qosClass = defineKind({
  parameters: { qosClass: Type.Enum(["Guaranteed", "Burstable", "BestEffort"]) },
  sources: ["pods"],
  role: "routine",
  whateverTheCpu: true,
  decide: ({ qosClass: wanted }, { course }) => {
    const known = course.pods.filter((pod) => pod.qosClass !== undefined);
    const other = known.filter((pod) => pod.qosClass !== wanted);
    if (other.length > 0) {
      const classes = [...new Set(other.flatMap((pod) => pod.qosClass ?? []))];
      return refuted(
        `${count(other.length, "pod is", "pods are")} ${list(classes)}`,
        other.map(({ firstEventId }) => firstEventId),
      );
    }
    if (known.length === 0 || known.length < course.pods.length) {
      return inconclusive(
        `the class of ${count(course.pods.length - known.length, "pod")} of ${course.pods.length} was not seen`,
        [],
      );
    }
    return held(
      `${count(known.length, "pod is", "pods are")} ${wanted}`,
      known.map(({ firstEventId }) => firstEventId),
    );
  },
});
