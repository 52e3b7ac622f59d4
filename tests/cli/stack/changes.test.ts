import { describe, expect, test } from "vitest";
import { changeLines, warningsOf } from "../../../cli/stack/changes.ts";
import type { EngineEvent } from "../../../observer/events.ts";

const done = (operation: string, resource: string): EngineEvent => ({
  type: "engine",
  kind: "done",
  operation,
  resource,
});
const pod = "kubernetes:core/v1:Pod::pod";

describe("what changed", () => {
  test("is a line for each resource, in the order in which they were done", () => {
    expect(
      changeLines([
        done("create", "kubernetes:core/v1:Namespace::namespace"),
        done("update", "docker:index/image:Image::image"),
        done("delete", "kubernetes:apps/v1:Deployment::canary"),
      ]),
    ).toEqual(["created   Namespace namespace", "updated   Image image", "deleted   Deployment canary"]);
  });

  test("is one line of a resource that is deleted and created anew", () => {
    const operations = ["delete-replaced", "replace", "create-replacement"];
    expect(changeLines(operations.map((operation) => done(operation, pod)))).toEqual(["replaced  Pod pod"]);
  });

  test("is a failure where one of its operations failed", () => {
    const failed: EngineEvent = { type: "engine", kind: "failed", operation: "update", resource: pod };
    expect(changeLines([failed, done("update", pod)])).toEqual(["failed    Pod pod"]);
  });

  test("leaves out what only begins, and what Pulumi itself works with", () => {
    expect(
      changeLines([
        { type: "engine", kind: "started", operation: "create", resource: pod },
        done("create", "pulumi:providers:kubernetes::kubernetes"),
        done("create", "online-inference:lab:Experiment::experiment"),
        done("update", "pulumi:pulumi:Stack::online-inference-pod"),
      ]),
    ).toEqual([]);
  });
});

test("warnings are told once, and none of the state that was found before", () => {
  const warning = (message: string): EngineEvent => ({
    type: "engine",
    kind: "diagnostic",
    severity: "warning",
    message,
  });
  expect(
    warningsOf([
      warning("Refreshed resource is in an unhealthy state:\n* Service does not target any Pods."),
      warning("would violate PodSecurity"),
      warning("would violate PodSecurity"),
      { type: "engine", kind: "diagnostic", severity: "error", message: "it failed" },
    ]),
  ).toEqual(["would violate PodSecurity"]);
});
