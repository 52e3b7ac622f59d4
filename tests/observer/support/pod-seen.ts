import type { ContainerState } from "../../../observer/event-details.ts";
import type { PodSeen } from "../../../observer/events.ts";

/** A container that runs and is ready. */
export const runningContainer: ContainerState = {
  name: "online-inference",
  ready: true,
  started: true,
  restartCount: 0,
  imageId: "",
  state: "running",
};

/** A pod that is Ready, but for what is said of it; its uid is its name. */
export const podSeen = (name: string, more: Partial<PodSeen> = {}): PodSeen => ({
  type: "pod",
  change: "modified",
  name,
  uid: name,
  resourceVersion: "1",
  release: "v1",
  image: "i",
  phase: "Running",
  createdAtMs: 0,
  ready: true,
  containers: [runningContainer],
  ...more,
});
