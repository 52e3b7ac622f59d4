import Type from "typebox";
import { defineExperiment } from "./experiment.ts";
import { networkPolicy, service } from "./objects/around-pods.ts";
import { barePod } from "./objects/pod-template.ts";
import { faultVariables, resourceFaultSettings } from "./settings/faults.ts";
import { withDefaults } from "./settings/parse.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";

const settings = Type.Object({
  ...withDefaults(podSettings, {
    cpuRequestMillicores: 250,
    // 1.3 times the peak measured under load, see the README.
    memoryLimitMebibytes: 192,
  }).properties,
  ...resourceFaultSettings.properties,
});

/** A Pod with faults that take it beyond its memory limit or its CPU limit. */
export const resources = defineExperiment({
  title: "Requests and limits",
  question: "What becomes of a Pod that wants more memory, or more CPU, than its limit?",
  nodePort: 30_051,
  settings,
  conflict: podSettingsConflict,
  resources: (context) => [
    barePod(context, { env: faultVariables(context.settings) }),
    service(context),
    networkPolicy(context),
  ],
  steps: () => [
    { id: "within", kind: "up", title: "Serve within the limits", config: {}, observeMs: 20_000 },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    {
      id: "leak",
      kind: "up",
      title: "Leak memory",
      config: { leakMegabytesPerSecond: "10", burnThreads: "0" },
      observeMs: 30_000,
    },
    {
      id: "burn",
      kind: "up",
      title: "Burn CPU",
      // One thread: with two, the service's own thread gets a third of the limit, answers its probes too late, and is killed.
      config: { leakMegabytesPerSecond: "0", burnThreads: "1" },
      observeMs: 20_000,
    },
  ],
  hypotheses: () => [
    { id: "burstable", claim: "Requests below limits make it Burstable.", kind: "qos-class", qosClass: "Burstable" },
    { id: "calm", claim: "Under the same load without a leak nothing restarts.", kind: "no-restarts", step: "within" },
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "memory",
      claim: "Over its memory limit the container is killed and started again by the kubelet.",
      kind: "oom-killed",
      step: "leak",
    },
    { id: "cpu", claim: "Over its CPU limit it is throttled …", kind: "throttled", step: "burn", share: 0.25 },
    { id: "cpu-no-kill", claim: "… but never restarted, …", kind: "no-restarts", step: "burn" },
    {
      id: "cpu-latency",
      claim: "… and its users wait longer.",
      kind: "latency-rises",
      step: "burn",
      comparedTo: "within",
      factor: 2,
    },
  ],
});
