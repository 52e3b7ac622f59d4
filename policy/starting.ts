import { DEFAULT_GRACE_SECONDS } from "../kubernetes/grace-period.ts";
import { preStopSeconds } from "../kubernetes/pre-stop.ts";
import { startBudgetMs } from "../plan/pod-timing.ts";
import { containersOf, podRule, podsOf, servingContainersOf } from "./pods.ts";
import { objectRule, type Rule } from "./rule.ts";

const DEFAULT_DEADLINE_SECONDS = 600;
/** How long the longest answer of a service takes, unless more is known. */
const LONGEST_ANSWER_SECONDS = 1;

/** How anybody's pods start and stop in a rollout. */
export const starting: readonly Rule[] = [
  podRule(
    { name: "readiness-probe", audience: "anybody", level: "warning" },
    "Without a readiness probe a pod counts as Ready as soon as its process runs: it gets requests before it can answer them, and a " +
      "rollout goes on to the next pod.",
    function* (pods) {
      for (const { container, path } of servingContainersOf(pods)) {
        if (!container.readinessProbe) {
          yield { path: `${path}.readinessProbe`, message: "must be given: it says when the container can answer" };
        }
      }
    },
  ),

  objectRule(
    { name: "deadline-before-start", audience: "anybody" },
    "Kubernetes calls a rollout failed, and kubectl rollout status ends with an error, while its first pod may still be starting.",
    function* (manifest) {
      if (manifest.kind !== "Deployment") return;
      const { progressDeadlineSeconds, minReadySeconds = 0, template } = manifest.spec ?? {};
      const budgetMs = startBudgetMs(template ?? {});
      const deadline = progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
      if (budgetMs === undefined) return;
      const needed = budgetMs / 1000 + minReadySeconds;
      if (deadline > needed) return;
      const ready = minReadySeconds > 0 ? ` and minReadySeconds (${minReadySeconds} s) take` : " allows";
      yield {
        path: "spec.progressDeadlineSeconds",
        message:
          `must exceed ${needed}, which the startup probe (${budgetMs / 1000} s)${ready}, ` +
          `is ${progressDeadlineSeconds ?? `${deadline} by default`}`,
      };
    },
  ),

  podRule(
    { name: "grace-period", audience: "anybody" },
    "The grace period begins with the preStop hook. When it is over the kubelet kills the container, and requests that are not " +
      "answered by then fail.",
    function* (pods) {
      const grace = pods.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
      for (const { container } of containersOf(pods)) {
        const wait = preStopSeconds(container);
        if (wait === undefined || grace > wait + (wait > 0 ? LONGEST_ANSWER_SECONDS : 0)) continue;
        const given = pods.spec.terminationGracePeriodSeconds ?? `${grace} by default`;
        const needed =
          wait > 0 ? `${wait + LONGEST_ANSWER_SECONDS}, the preStop hook (${wait} s) and the longest answer` : "0";
        yield {
          path: `${pods.path}.terminationGracePeriodSeconds`,
          message: `must exceed ${needed}, is ${given}`,
        };
      }
    },
  ),

  objectRule(
    { name: "no-wait-before-stop", audience: "anybody", level: "warning" },
    "A pod goes on getting requests for a moment after it is told to stop, until every node knows. A process that ends at once refuses them.",
    function* (manifest) {
      const pods = podsOf(manifest);
      if (!pods) return;
      for (const { container, path } of servingContainersOf(pods)) {
        if (container.lifecycle?.preStop) continue;
        yield {
          path: `${path}.lifecycle.preStop`,
          message:
            "should be given, such as sleep: { seconds: 5 }, unless the process itself goes on serving after SIGTERM",
        };
      }
    },
  ),
];
