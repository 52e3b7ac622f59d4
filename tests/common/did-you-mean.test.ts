import { describe, expect, test } from "vitest";
import { didYouMean, typingErrors } from "../../common/did-you-mean.ts";

describe("typing errors", () => {
  test.each([
    ["replicas", "replicas", 0],
    ["replcas", "replicas", 1],
    ["replicaas", "replicas", 1],
    ["replikas", "replicas", 1],
    ["repilcas", "replicas", 1],
    ["bluegreen", "blue-green", 1],
    ["kitten", "sitting", 3],
    ["", "pod", 3],
    ["pod", "", 3],
  ])("%j is %j with %i of them", (got, meant, errors) => {
    expect(typingErrors(got, meant)).toBe(errors);
  });
});

describe("what was meant", () => {
  const experiments = [
    "blue-green",
    "canary",
    "helm",
    "pod",
    "probes",
    "recreate",
    "replicaset",
    "resources",
    "rolling",
  ];

  test.each([
    ["bluegreen", "blue-green"],
    ["Rolling", "rolling"],
    ["roling", "rolling"],
    ["canray", "canary"],
    ["blue", "blue-green"],
    ["pods", "pod"],
  ])("by %j is %s", (got, meant) => {
    expect(didYouMean(got, experiments)).toBe(` Did you mean ${meant}?`);
  });

  test.each([
    ["nothing like it", "database", experiments],
    ["two that are equally near", "v4", ["v1", "v2"]],
    ["two that begin so", "re", ["recreate", "resources"]],
    ["nothing at all", "", experiments],
    ["no candidate", "pod", []],
  ])("is not guessed where there is %s", (_why, got, candidates) => {
    expect(didYouMean(got, candidates)).toBe("");
  });
});
