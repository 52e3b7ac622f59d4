import { median } from "../median.ts";
import { count, duration, figure, list, percent } from "../words.ts";
import { answered, failuresByCause, LEAST_REQUESTS, sentWithin, thinLoad } from "./enough-load.ts";
import { held, neverSeen, refuted, undecided } from "./finding.ts";
import type { Interpreter } from "./interpreter.ts";
import { NOT_NEGATIVE, RELEASE, SHARE, STEP } from "./parameters.ts";
import { stepOf } from "./scene.ts";

/** No request that was sent during the step failed. */
export const noFailedRequests: Interpreter<"no-failed-requests"> = {
  parameters: { step: STEP },
  sources: ["load"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const failed = sent.filter((request) => request.failed);
    const [first] = failed;
    if (first) {
      return refuted(
        `${figure(failed.length)} of ${count(sent.length, "request")} failed (${list(failuresByCause(failed))}), the first ${duration(first.sentMs - span.fromMs)} after the step began`,
        idsOf(failed),
      );
    }
    return (
      thinLoad(scene, span) ??
      held(`0 of ${count(sent.length, "request")} failed`, [span.startedId, ...ends(idsOf(sent)), ...ended(span)])
    );
  },
};

/** Some request that was sent during the step failed. */
export const someFailedRequests: Interpreter<"some-failed-requests"> = {
  parameters: { step: STEP },
  sources: ["load"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const failed = sent.filter((request) => request.failed);
    const sentMs = failed.map((request) => request.sentMs);
    if (failed.length > 0) {
      const overMs = sentMs.reduce((a, b) => Math.max(a, b)) - sentMs.reduce((a, b) => Math.min(a, b));
      return held(
        `${figure(failed.length)} of ${count(sent.length, "request")} failed within ${duration(overMs)} (${list(failuresByCause(failed))})`,
        idsOf(failed),
      );
    }
    return (
      thinLoad(scene, span) ??
      neverSeen(`none of ${count(sent.length, "request")} failed`, [
        span.startedId,
        ...ends(idsOf(sent)),
        ...ended(span),
      ])
    );
  },
};

/** Every answer that could be checked is that of the answering release's model. */
export const answersEqualModel: Interpreter<"answers-equal-model"> = {
  parameters: { maxAbsoluteDifference: NOT_NEGATIVE },
  sources: ["load"],
  decide: ({ maxAbsoluteDifference }, { course }) => {
    const answers = answered(course.requests);
    const checked = answers.filter(({ correct, difference }) => correct !== undefined || difference !== undefined);
    const wrong = checked.filter(
      ({ correct, difference = 0 }) => correct === false || difference > maxAbsoluteDifference,
    );
    const differences = checked.flatMap(({ difference }) => difference ?? []);
    const largest = differences.reduce((a, b) => Math.max(a, b), 0);
    const detail = differences.length > 0 ? `; largest difference ${largest.toExponential(1)}` : "";
    if (wrong.length > 0) {
      return refuted(
        `${figure(wrong.length)} of ${count(checked.length, "answer")} ${wrong.length === 1 ? "is" : "are"} not the model's own${detail}`,
        idsOf(wrong),
      );
    }
    if (checked.length < LEAST_REQUESTS) {
      return undecided(
        `only ${count(checked.length, "answer")} of at least ${LEAST_REQUESTS} could be checked`,
        idsOf(checked),
      );
    }
    const by = [...Map.groupBy(checked, ({ release }) => release ?? "unknown")].map(
      ([release, all]) => `${figure(all.length)} of ${release}`,
    );
    return held(
      `all ${count(checked.length, "answer")} (${list(by)}) equal the model's own${detail}`,
      ends(idsOf(checked)),
    );
  },
};

/** The step's median latency is a multiple of another step's; only answers count, as a refused connection is quick. */
export const latencyRises: Interpreter<"latency-rises"> = {
  parameters: { step: STEP, comparedTo: STEP, factor: NOT_NEGATIVE },
  sources: ["load"],
  decide: ({ step, comparedTo, factor }, scene) => {
    const [now, before] = [step, comparedTo].map((id) => answered(sentWithin(scene.course, stepOf(scene, id)))) as [
      ReturnType<typeof answered>,
      ReturnType<typeof answered>,
    ];
    const evidence = [...ends(idsOf(before)), ...ends(idsOf(now))];
    if (Math.min(now.length, before.length) < LEAST_REQUESTS) {
      const counts = `${figure(before.length)} answers in ${comparedTo} and ${figure(now.length)} in ${step}`;
      return undecided(`only ${counts}, at least ${LEAST_REQUESTS} are needed of each`, evidence);
    }
    const medians = [before, now].map((answers) => median(answers.map(({ latencyMs }) => latencyMs))) as [
      number,
      number,
    ];
    const rise = medians[1] / medians[0];
    const sentence = `the median latency went from ${duration(medians[0])} to ${duration(medians[1])}, ${rise.toFixed(1)} times as much (${figure(before.length)} and ${count(now.length, "answer")})`;
    return rise >= factor ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
};

/** Answers below which a share says little: at 100 it is known to about 0.1. */
const LEAST_SHARED_ANSWERS = 100;

/**
 * A release's share of the answers on fresh connections once the step's operation is done: before that, its pods are still
 * coming. A kept connection stays with the pod that it was made to, so it says who was there when it was made.
 */
export const trafficShare: Interpreter<"traffic-share"> = {
  parameters: { step: STEP, release: RELEASE, share: SHARE, tolerance: SHARE },
  sources: ["load"],
  decide: ({ step, release, share, tolerance }, scene) => {
    const span = stepOf(scene, step);
    const after = { fromMs: span.operationUntilMs, untilMs: span.untilMs };
    const answers = answered(sentWithin(scene.course, after)).filter((answer) => answer.release !== undefined);
    const [fresh, kept] = [answers.filter(isFresh), answers.filter((answer) => !isFresh(answer))];
    const evidence = [...ends(idsOf(fresh)), ...ended(span)];
    if (fresh.length < LEAST_SHARED_ANSWERS) {
      return undecided(
        `only ${count(fresh.length, "answer")} of at least ${LEAST_SHARED_ANSWERS} came on fresh connections after the change was done`,
        evidence,
      );
    }
    const ownShare = (of: typeof answers) => of.filter((answer) => answer.release === release).length / of.length;
    const observed = ownShare(fresh);
    const others = kept.length > 0 ? `; of ${figure(kept.length)} on kept connections ${percent(ownShare(kept))}` : "";
    const sentence = `${percent(observed)} of ${count(fresh.length, "answer")} on fresh connections after the change came from ${release}, ${percent(share)} give or take ${percent(tolerance)} were claimed${others}`;
    return Math.abs(observed - share) <= tolerance ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
};

const isFresh = ({ connection }: { readonly connection: string }): boolean => connection === "fresh";

const idsOf = (requests: readonly { readonly id: number }[]): number[] => requests.map(({ id }) => id);

/** First and last: enough to find the others between them. */
const ends = (ids: readonly number[]): number[] => [...new Set([...ids.slice(0, 1), ...ids.slice(-1)])];

const ended = ({ endedId }: { readonly endedId?: number }): number[] => (endedId === undefined ? [] : [endedId]);
