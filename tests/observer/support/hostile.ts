import type { Recording } from "../../../observer/events.ts";
import { rolling } from "./scenarios.ts";

/** Markup that takes effect wherever a page fails to escape it. */
export const HOSTILE = `<script>alert("1")</script><img src=x onerror='alert(2)'> & "quoted"`;

/** Hypotheses for the recordings in scenarios.ts that change the release. */
const claims: Recording["header"]["hypotheses"] = [
  { id: "no-failures", claim: "No request fails.", kind: "no-failed-requests", step: "roll" },
  { id: "ready", claim: "Never fewer than 4 ready.", kind: "ready-at-least", step: "roll", pods: 4 },
  { id: "bound", claim: "Never more than 9 pods.", kind: "pods-at-most", step: "roll", pods: 9 },
];

/** A recording with hypotheses to decide. */
export const claiming = ({ header, events }: Recording, hypotheses = claims): Recording => ({
  header: { ...header, hypotheses },
  events,
});

/** A recording with markup in every text that comes from outside: from users, pods, Kubernetes or Pulumi. */
export function hostile(): Recording {
  const { header, events } = claiming(rolling());
  return {
    header: {
      ...header,
      title: HOSTILE,
      question: HOSTILE,
      machine: HOSTILE,
      versions: { lab: HOSTILE },
      settings: { [HOSTILE]: HOSTILE },
      hypotheses: header.hypotheses.map((hypothesis) => ({ ...hypothesis, claim: HOSTILE })),
    },
    events: [
      ...events.map((event) => {
        if (event.type === "step-started") return { ...event, title: HOSTILE };
        if (event.type === "plan" || event.type === "step-ended") return { ...event, diff: HOSTILE };
        if (event.type === "pod")
          return { ...event, name: `${HOSTILE}${event.name}`, release: `${HOSTILE}${event.release}` };
        return event.type === "request" ? { ...event, release: HOSTILE, pod: HOSTILE } : event;
      }),
      {
        id: events.length + 1,
        atMs: 38_100,
        wallMs: 0,
        type: "gap",
        source: "load",
        fromMs: 37_000,
        untilMs: 38_000,
        why: HOSTILE,
      },
    ],
  };
}
