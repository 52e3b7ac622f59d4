import { expect, test } from "vitest";
import { declaredBounds } from "../../kubernetes/declared-bounds.ts";

const rolling = (rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string }) => ({
  strategy: { rollingUpdate },
});

test.each([
  ["Deployment", { replicas: 3, ...rolling({ maxUnavailable: 0, maxSurge: 1 }) }, 3, 4],
  ["Deployment", { replicas: 6 }, 5, 8],
  ["Deployment", { replicas: 6, ...rolling({ maxUnavailable: 0, maxSurge: 0 }) }, 5, 6],
  ["Deployment", { replicas: 1, ...rolling({ maxUnavailable: 3, maxSurge: "100%" }) }, 0, 2],
  ["Deployment", { replicas: 6, strategy: { type: "Recreate" } }, undefined, 6],
  ["Deployment", undefined, 1, 2],
  ["StatefulSet", { replicas: 3 }, 2, 3],
  ["StatefulSet", { replicas: 3, updateStrategy: { rollingUpdate: { maxUnavailable: "40%" } } }, 2, 3],
  ["StatefulSet", { replicas: 3, updateStrategy: { rollingUpdate: { maxUnavailable: "67%" } } }, 1, 3],
  ["StatefulSet", { replicas: 5, updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } } }, 4, 5],
  ["StatefulSet", { replicas: 3, updateStrategy: { type: "OnDelete" } }, undefined, 3],
  ["ReplicaSet", { replicas: 3 }, undefined, undefined],
  ["Pod", undefined, undefined, undefined],
] as const)("%s %j keeps %s Ready of at most %s", (kind, spec, leastReady, mostPods) => {
  expect(declaredBounds(kind, spec)).toEqual({
    ...(leastReady !== undefined && { leastReady }),
    ...(mostPods !== undefined && { mostPods }),
  });
});
