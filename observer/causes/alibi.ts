import type { Span } from "../course/span.ts";
import type { Failure } from "./failures.ts";
import { type Answer, endpointsAt, type Scene } from "./scene.ts";

/*
 * Who can it not have been? A pod that answered others just before a request failed and just after has an alibi: its server
 * listened all the while. If every pod in the endpoints has one but the pod in question, it is certain which one failed it,
 * although the request itself names none.
 *
 * Example: a, b and c are in the endpoints, and a request is refused at 10.0 s. a answered at 9.6 s and at 10.3 s, b at 9.9 s and at
 * 10.1 s. It was c.
 */

/** So near in time an answer must be. */
const NEAR_MS = 1_000;

/** Whether all pods that were ready in the endpoints when a request was sent have an alibi, but the one in question. */
export function othersHaveAlibis(failure: Failure, scene: Scene, pod: string): boolean {
  const there = endpointsAt(scene, failure.sentMs);
  return there?.ready.every((name) => name === pod || hasAlibi(scene.answersOf(name), failure.endMs)) ?? false;
}

/** Whether a pod took a new connection that was sent in a span, and gave its answer before the end: kept ones show nothing of that. */
export function answeredNewWithin(answers: readonly Answer[], { fromMs, untilMs }: Span): boolean {
  for (let at = firstFrom(answers, fromMs); ; at += 1) {
    const answer = answers[at];
    if (!answer || answer.endMs >= untilMs) return false;
    if (answer.isNew && answer.sentMs >= fromMs) return true;
  }
}

function hasAlibi(answers: readonly Answer[], atMs: number): boolean {
  const next = firstFrom(answers, atMs);
  const [before, after] = [answers[next - 1], answers[next]];
  return before !== undefined && after !== undefined && atMs - before.endMs <= NEAR_MS && after.endMs - atMs <= NEAR_MS;
}

/** Place of the first one, in their order, that was over at an instant or later, by bisection: there may be a hundred thousand. */
export function firstFrom(ended: readonly { readonly endMs: number }[], atMs: number): number {
  let [low, high] = [0, ended.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ended[middle]?.endMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
