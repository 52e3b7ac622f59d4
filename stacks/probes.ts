import Type from "typebox";
import { defineExperiment } from "./experiment.ts";
import { networkPolicy, service } from "./objects/around-pods.ts";
import { barePod, PROBE_TIMEOUT_SECONDS } from "./objects/pod-template.ts";
import { faultVariables, timingFaultSettings } from "./settings/faults.ts";
import { withDefaults } from "./settings/parse.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";

const probeSettings = Type.Object({
  readinessPeriodSeconds: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 2,
    description: "Time between two questions whether the pod should get requests",
  }),
  livenessPeriodSeconds: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 5,
    description: "Time between two questions whether the process is alive",
  }),
  livenessFailureThreshold: Type.Integer({
    minimum: 1,
    maximum: 20,
    default: 3,
    description: "Unanswered questions after which the container is killed",
  }),
  livenessGraceSeconds: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 5,
    description: "Time that a container has to end by itself once its liveness probe has failed",
  }),
});

const settings = Type.Object({
  // The wait before SIGTERM is part of the grace that a failed liveness probe leaves.
  ...withDefaults(podSettings, { preStopSeconds: 1 }).properties,
  ...timingFaultSettings.properties,
  ...probeSettings.properties,
});

/** A pod that starts so late is given up after that many seconds more. */
const STARTUP_MARGIN_SECONDS = 40;
/** Between becoming ready and the fault of a step: long enough to be seen serving. */
const SERVING_SECONDS = 6;
/** The kubelet's back-off before the first two restarts; it doubles from there. */
const BACK_OFF_MS = [0, 10_000];

const NO_FAULTS = { crashAfterSeconds: "0", hangAfterSeconds: "0", unreadyAfterSeconds: "0" };

/** A Pod that starts late, and whose application crashes, hangs, or says that it is not ready. */
export const probes = defineExperiment({
  title: "Probes",
  question: "What do startup, readiness and liveness probes do for users when a Pod starts late, crashes or hangs?",
  nodePort: 30_052,
  settings,
  conflict: podSettingsConflict,
  resources: (context) => [
    barePod(context, {
      env: faultVariables(context.settings),
      probes: {
        startup: { periodSeconds: 1, failureThreshold: context.settings.startDelaySeconds + STARTUP_MARGIN_SECONDS },
        readiness: { periodSeconds: context.settings.readinessPeriodSeconds, failureThreshold: 2 },
        liveness: {
          periodSeconds: context.settings.livenessPeriodSeconds,
          failureThreshold: context.settings.livenessFailureThreshold,
          terminationGracePeriodSeconds: context.settings.livenessGraceSeconds,
        },
      },
    }),
    service(context),
    networkPolicy(context),
  ],
  steps: (chosen) => {
    const faultAfter = String(chosen.startDelaySeconds + SERVING_SECONDS);
    const detectMs = detectWithinMs(chosen);
    return [
      { id: "late", kind: "up", title: "Start late", config: NO_FAULTS, observeMs: 5_000 },
      { id: "again", kind: "no-op", title: "Deploy the same again" },
      {
        id: "unready",
        kind: "up",
        title: "Stop being ready",
        config: { ...NO_FAULTS, unreadyAfterSeconds: faultAfter },
        observeMs: SERVING_SECONDS * 1000 + 10_000,
      },
      {
        id: "hang",
        kind: "up",
        title: "Hang",
        config: { ...NO_FAULTS, hangAfterSeconds: faultAfter },
        observeMs: SERVING_SECONDS * 1000 + detectMs + chosen.livenessGraceSeconds * 1000 + 5_000,
      },
      {
        id: "crash",
        kind: "up",
        title: "Crash",
        config: { ...NO_FAULTS, crashAfterSeconds: faultAfter },
        // To the start after the second crash: a back-off of 10 s, after which the kubelet looks again within 15 s.
        observeMs: 2 * SERVING_SECONDS * 1000 + chosen.startDelaySeconds * 1000 + 35_000,
      },
    ];
  },
  hypotheses: (chosen) => [
    {
      id: "not-before-ready",
      claim: "No request reaches the Pod before it is Ready.",
      kind: "not-served-before-ready",
    },
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "unready",
      claim: "A failed readiness probe takes the Pod out of the endpoints and restarts nothing.",
      kind: "unready-not-restarted",
      step: "unready",
    },
    {
      id: "hang",
      claim: "A hang is found out by the liveness probe, and the process, deaf to SIGTERM, is killed.",
      kind: "hang-killed",
      step: "hang",
      hangAfterMs: (chosen.startDelaySeconds + SERVING_SECONDS) * 1000,
      detectWithinMs: detectWithinMs(chosen),
      graceMs: chosen.livenessGraceSeconds * 1000,
    },
    {
      id: "crash",
      claim:
        "A crashed container is started again: the first time at once, then after a back-off that doubles from 10 s.",
      kind: "crash-restarted",
      step: "crash",
      times: BACK_OFF_MS.length,
      backOffMs: BACK_OFF_MS,
    },
  ],
});

const detectWithinMs = (chosen: { livenessFailureThreshold: number; livenessPeriodSeconds: number }): number =>
  (chosen.livenessFailureThreshold * chosen.livenessPeriodSeconds + PROBE_TIMEOUT_SECONDS) * 1000;
