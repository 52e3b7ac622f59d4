import type { V1Service } from "@kubernetes/client-node";
import type { Live } from "../../../kubernetes/live.ts";
import type { WorkloadManifest } from "../../../kubernetes/manifest.ts";
import * as plan from "../../../plan/plan.ts";
import { timingOf as timing } from "../../../plan/pod-timing.ts";
import { type Order, planServices as services } from "../../../plan/services.ts";
import { STACK_CONTEXT } from "../../../stacks/program/stack-context.ts";

/* The planner as the lab's own stacks use it. */

export const planRollout = (wanted: WorkloadManifest, live: Live) => plan.planRollout(wanted, live, STACK_CONTEXT);

export const planRollouts = (wanted: readonly WorkloadManifest[], live: Live) =>
  plan.planRollouts(wanted, live, STACK_CONTEXT);

export const planServices = (
  wanted: readonly V1Service[],
  live: Live,
  rollouts: readonly plan.RolloutPlan[],
  order?: Order,
) => services(wanted, live, rollouts, order, STACK_CONTEXT);

export const timingOf = (template: Parameters<typeof timing>[0]) => timing(template, STACK_CONTEXT);
