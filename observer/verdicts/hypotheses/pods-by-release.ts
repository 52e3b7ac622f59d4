import Type from "typebox";
import type { PodCourse, StepSpan } from "../../course/course.ts";
import { isReadyAt, presentAt } from "../../course/queries.ts";
import { count, figure, list } from "../../words.ts";
import { endEvidence, ended } from "../evidence.ts";
import { held, refutedAtEnd } from "../finding.ts";
import { COUNT, defineKind, STEP, stepOf } from "../kind.ts";

/**
 * At the step's end the numbers of Ready pods by release are exactly `pods`, no other pod exists, and `survivors` of them existed
 * before the step.
 */
export const podsByRelease = defineKind({
  parameters: { step: STEP, pods: Type.Record(Type.String(), COUNT), survivors: COUNT },
  sources: ["pods"],
  role: "question",
  decide: ({ step, pods, survivors }, scene) => {
    const span = stepOf(scene, step);
    const present = presentAt(scene.course, span.untilMs);
    const before = presentAt(scene.course, span.fromMs);
    const survived = present.filter((pod) => before.includes(pod));
    const ready = present.filter((pod) => isReadyAt(pod, span.untilMs));
    const numbers = byRelease(ready);
    const evidence = [...endEvidence(present, span), ...ended(span)];
    const isSame =
      ready.length === present.length &&
      survived.length === survivors &&
      [...new Set([...Object.keys(pods), ...numbers.keys()])].every(
        (release) => (numbers.get(release) ?? 0) === (pods[release] ?? 0),
      );
    const waiting = present.length - ready.length;
    const sentence = `${said(span)}${inWords(numbers, span)}${waiting > 0 ? `, ${count(waiting, "more pod is", "more pods are")} not Ready` : ""}${fromBefore(survived.length, present.length)}`;
    if (isSame) return held(sentence, evidence);
    const claimed = inWords(new Map(Object.entries(pods).filter(([, number]) => number > 0)));
    return refutedAtEnd(`${sentence}; claimed: ${claimed}, ${survivors} from before`, evidence);
  },
});

/** A part of the sentence: what Pulumi reports of the update, since the pods may show something else. */
const said = ({ kind, outcome, release }: StepSpan): string =>
  kind === "up" && outcome === "succeeded" && release !== undefined ? `Pulumi says updated to ${release}, ` : "";

/** A part of the sentence: `, 2 of them from before`, or of a single pod `, from before`. */
function fromBefore(survived: number, present: number): string {
  if (present === 0) return "";
  return present === 1 ? `, ${survived === 1 ? "" : "not "}from before` : `, ${figure(survived)} of them from before`;
}

/** A part of the sentence: `2 pods run v2`. Pods of a release other than the wanted one are `still` running it. */
function inWords(
  numbers: ReadonlyMap<string, number>,
  { release: wanted }: { readonly release?: string } = {},
): string {
  const parts = [...numbers].toSorted(([a], [b]) => a.localeCompare(b));
  return parts.length === 0
    ? "no pod runs"
    : list(
        parts.map(([release, number]) => {
          const still = wanted === undefined || wanted === release ? "" : "still ";
          return `${count(number, "pod", "pods")} ${still}${number === 1 ? "runs" : "run"} ${release}`;
        }),
      );
}

const byRelease = (pods: readonly PodCourse[]): Map<string, number> =>
  new Map([...Map.groupBy(pods, ({ release }) => release)].map(([release, all]) => [release, all.length]));
