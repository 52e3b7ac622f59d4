import { KUBERNETES_TIME_STEP_MS } from "../../course/cluster-clock.ts";
import { podAbout } from "../../course/queries.ts";
import type { Event } from "../../events.ts";
import { all, list } from "../../words.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind } from "../kind.ts";

const ALREADY_PRESENT = "already present on machine";

/** The kubelet pulled no pod's image, since it found the image on the node. */
export const imageNotPulled = defineKind({
  parameters: {},
  sources: ["kubernetes-events", "clock"],
  role: "routine",
  whateverTheCpu: true,
  decide: (_, { recording, course }) => {
    const told = recording.events.filter(
      (event): event is Extract<Event, { type: "kubernetes-event" }> =>
        event.type === "kubernetes-event" &&
        (event.reason === "Pulling" || event.reason === "Pulled") &&
        // The API server still keeps events from before the recording.
        course.clock.toRecordingMs(event.lastAtMs) >= -KUBERNETES_TIME_STEP_MS,
    );
    const pulled = told.filter(({ reason, message }) => reason === "Pulling" || !message.includes(ALREADY_PRESENT));
    if (pulled.length > 0) {
      const pods = [...new Set(pulled.map(({ about }) => about.replace(/^Pod\//, "")))];
      return refuted(
        `the image was pulled for ${list(pods)}: ${pulled[0]?.message}`,
        pulled.map(({ id }) => id),
      );
    }
    const ran = course.pods.filter(
      (pod) => !pod.listed && pod.intervals.some(({ state }) => state === "starting" || state === "ready"),
    );
    const findings = ran.map((pod) => ({ pod, found: told.find((event) => podAbout(course, event) === pod) }));
    const evidence = findings.flatMap(({ found }) => (found ? [found.id] : []));
    const untold = findings.filter(({ found }) => !found);
    if (ran.length === 0) return inconclusive("no pod was seen to start", []);
    if (untold.length > 0) {
      return inconclusive(
        `where the image of ${list(untold.map(({ pod }) => pod.name))} came from was not seen`,
        evidence,
      );
    }
    return held(`the image was on the node already for ${all(ran.length, "pod")}`, evidence);
  },
});
