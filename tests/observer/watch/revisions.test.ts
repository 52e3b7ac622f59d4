import { describe, expect, test } from "vitest";
import { VERSION_LABEL } from "../../../kubernetes/labels.ts";
import type { PodObject } from "../../../observer/watch/objects.ts";
import { releaseWord, revisionNames, revisionOf } from "../../../observer/watch/revisions.ts";

const pod = (labels: Record<string, string>, owner?: string, images = ["web:1"]): PodObject => ({
  metadata: {
    name: "web-1",
    uid: "p1",
    resourceVersion: "1",
    creationTimestamp: "2026-03-14T09:30:00Z",
    labels,
    ...(owner !== undefined && { ownerReferences: [{ name: owner, controller: true }] }),
  },
  spec: { containers: images.map((image) => ({ image })) },
});

describe("the revision of a pod", () => {
  test.each([
    ["a Deployment's is its template's hash", pod({ "pod-template-hash": "7f" }, "web-7f"), "7f"],
    ["a StatefulSet's is its revision's hash", pod({ "controller-revision-hash": "web-5c" }, "web"), "web-5c"],
    ["a ReplicaSet's own are its images", pod({}, "web", ["web:1", "proxy:2"]), "web:1 proxy:2"],
    ["a bare one's is itself", pod({}), "p1"],
  ])("%s", (_what, object, revision) => {
    expect(revisionOf(object)).toBe(revision);
  });
});

describe("what a reader calls a release", () => {
  test.each([
    [{ [VERSION_LABEL]: "v2" }, "web:1.4", "v2"],
    [{}, "web:1.4", "1.4"],
    [undefined, "registry.example:5000/team/web:1.4", "1.4"],
    [{}, "registry.example:5000/team/web", "latest"],
    [{}, "web:1.4@sha256:0123456789abcdef", "1.4"],
    [{}, "web@sha256:0123456789abcdef0", "0123456789ab"],
  ])("%j and image %s: %s", (labels, image, word) => {
    expect(releaseWord(labels, [{ image }])).toBe(word);
  });

  test("has a number where another revision bears the same word, and keeps it after a rollback", () => {
    const nameOf = revisionNames();
    expect(["7f", "5c", "9b", "5c", "7f"].map((hash) => nameOf(hash, "1.4"))).toEqual([
      "1.4",
      "1.4#2",
      "1.4#3",
      "1.4#2",
      "1.4",
    ]);
    expect(nameOf("aa", "1.5")).toBe("1.5");
  });
});
