import { autoscalerOf } from "../kubernetes/autoscaling.ts";
import { roomOf } from "../kubernetes/count-or-percent.ts";
import { isHook } from "../kubernetes/helm-hooks.ts";
import { isWorkload, mayShareNamespace, replicasOf } from "../kubernetes/manifest.ts";
import { podsOf, selects } from "./pods.ts";
import { objectRule, type Rule, setRule } from "./rule.ts";

/** What a change of pods costs users, as far as manifests alone say it. */
export const rollouts: readonly Rule[] = [
  objectRule(
    { name: "one-replica", audience: "anybody", level: "warning" },
    "With one replica, every pod that ends leaves users with nobody until another one is Ready.",
    function* (manifest) {
      if (!isWorkload(manifest) || isHook(manifest)) return;
      if (manifest.kind === "Pod") {
        const why = "Nobody brings back a bare Pod whose node fails, and a new version of it has to wait for its end.";
        yield { path: "kind", message: "should be Deployment, with 2 or more replicas", why };
      } else if (replicasOf(manifest) === 1) {
        yield { path: "spec.replicas", message: "should be 2 or more, is 1" };
      }
    },
  ),

  objectRule(
    { name: "recreate", audience: "anybody", level: "warning" },
    "Recreate ends all old pods before it creates the first new one: every change of the template is an outage.",
    function* (manifest) {
      if (manifest.kind !== "Deployment" || manifest.spec?.strategy?.type !== "Recreate") return;
      const message = "should be RollingUpdate, unless two pods must never run at once";
      yield { path: "spec.strategy.type", message };
    },
  ),

  objectRule(
    { name: "unavailable-all", audience: "anybody" },
    "A rolling update that may take all pods at once is an outage.",
    function* (manifest) {
      if (manifest.kind !== "Deployment") return;
      const { strategy } = manifest.spec ?? {};
      const replicas = replicasOf(manifest);
      const given = strategy?.rollingUpdate?.maxUnavailable;
      if (strategy?.type === "Recreate" || replicas === 0) return;
      const { unavailable, surge } = roomOf(strategy?.rollingUpdate ?? {}, replicas);
      if (unavailable < replicas) return;
      const path = "spec.strategy.rollingUpdate.maxUnavailable";
      const message =
        replicas === 1
          ? `must be 0 with a maxSurge of 1 or more, is ${given ?? "25%"}, which comes to 1 of 1 as the surge is ${surge}`
          : `must come to less than ${replicas} pods, is ${given ?? "25%"}, which comes to ${unavailable}`;
      yield { path, message };
    },
  ),

  objectRule(
    { name: "unavailable-none", audience: "anybody", level: "note" },
    "A percentage of few pods rounds down to none: then no old pod goes before a new one is Ready, and each needs room for the surge.",
    function* (manifest) {
      if (manifest.kind !== "Deployment") return;
      const { rollingUpdate } = manifest.spec?.strategy ?? {};
      const given = rollingUpdate?.maxUnavailable;
      const replicas = replicasOf(manifest);
      if (typeof given !== "string" || Number.parseInt(given, 10) === 0 || replicas === 0) return;
      const { surge, unavailable } = roomOf(rollingUpdate ?? {}, replicas);
      if (Math.floor((Number.parseInt(given, 10) * replicas) / 100) > 0) return;
      const comes = unavailable > 0 ? "0, and to 1 because the surge is 0 as well" : `0, with a surge of ${surge}`;
      yield {
        path: "spec.strategy.rollingUpdate.maxUnavailable",
        message: `should be the number that is meant: ${given} of ${replicas} comes to ${comes}`,
      };
    },
  ),

  setRule(
    { name: "autoscaled-replicas", audience: "anybody", level: "warning", asWritten: true },
    "Every apply sets the number of replicas back to the manifest's, whatever the autoscaler has made of it. Take it out of what " +
      "kubectl applied last as well, before: kubectl apply edit-last-applied. Otherwise the next apply sets 1.",
    function* (manifest, all) {
      if (!isWorkload(manifest) || manifest.kind === "Pod" || manifest.spec?.replicas === undefined) return;
      const scaler = autoscalerOf(manifest, all);
      if (!scaler) return;
      const by = `HorizontalPodAutoscaler ${scaler.metadata.name}`;
      yield { path: "spec.replicas", message: `should be left out: ${by} sets it, is ${manifest.spec.replicas}` };
    },
  ),

  setRule(
    { name: "eviction-budget", audience: "anybody", level: "note" },
    "A PodDisruptionBudget is about drains alone. A rollout does not heed it, and without one a drain may take all pods at once.",
    function* (manifest, all) {
      if (!isWorkload(manifest) || manifest.kind === "Pod" || replicasOf(manifest) < 2) return;
      const labels = podsOf(manifest)?.labels ?? {};
      const budget = all.find(
        (other) =>
          other.kind === "PodDisruptionBudget" &&
          mayShareNamespace(other, manifest) &&
          selects(other.spec?.selector ?? {}, labels),
      );
      if (budget) return;
      const message = `should be under a PodDisruptionBudget that lets 1 of ${replicasOf(manifest)} pods go`;
      yield { path: "spec.replicas", message };
    },
  ),
];
