import { beforeEach, describe, expect, test } from "vitest";
import { type Ownership, ownership } from "../../../observer/watch/ownership.ts";

let told: string[];
let owned: Ownership;

beforeEach(() => {
  told = [];
  owned = ownership([{ kind: "Deployment", name: "web" }]);
});

const object = (name: string, uid: string, controller?: string) => ({
  name,
  uid,
  ...(controller !== undefined && { ownerReferences: [{ uid: controller, controller: true }] }),
});
const see = (kind: Parameters<Ownership["see"]>[0], ...of: Parameters<typeof object>) =>
  owned.see(kind, object(...of), () => told.push(of[0]));

describe("what belongs to a workload", () => {
  test("is told in the order of the header's example, pods that came too early included", () => {
    see("Pod", "web-1", "p1", "r1");
    see("Pod", "other-1", "p9", "r9");
    expect(told).toEqual([]);
    see("Deployment", "web", "d1");
    see("ReplicaSet", "web-7f", "r1", "d1");
    see("ReplicaSet", "other-5c", "r9", "d8");
    expect(told).toEqual(["web", "web-7f", "web-1"]);
  });

  test("is not what merely bears its name or refers to it without being controlled by it", () => {
    see("Deployment", "web", "d1");
    see("ReplicaSet", "web", "r5");
    owned.see("ReplicaSet", { name: "x", uid: "r6", ownerReferences: [{ uid: "d1" }] }, () => told.push("x"));
    expect(told).toEqual(["web"]);
  });

  test("is also what belongs to a workload that was deleted and created again", () => {
    see("Deployment", "web", "d1");
    see("Deployment", "web", "d2");
    see("ReplicaSet", "web-new", "r2", "d2");
    expect(told).toEqual(["web", "web", "web-new"]);
  });

  test("is told once, by its last state, where it changed while it waited", () => {
    see("Pod", "web-1", "p1", "r1");
    owned.see("Pod", object("web-1", "p1", "r1"), () => told.push("web-1, changed"));
    see("Deployment", "web", "d1");
    see("ReplicaSet", "web-7f", "r1", "d1");
    expect(told).toEqual(["web", "web-7f", "web-1, changed"]);
  });

  test("is told of when it is gone, unless it never was told or was of others", () => {
    see("Deployment", "web", "d1");
    see("ReplicaSet", "web-7f", "r1", "d1");
    see("Pod", "web-1", "p1", "r1");
    see("Pod", "early", "p2", "r2");
    owned.gone(object("web-1", "p1", "r1"), () => told.push("web-1 gone"));
    owned.gone(object("early", "p2", "r2"), () => told.push("early gone"));
    see("ReplicaSet", "web-8a", "r2", "d1");
    expect(told).toEqual(["web", "web-7f", "web-1", "web-1 gone", "web-8a"]);
  });

  test("is, for a bare Pod, that Pod and its successors of the same name", () => {
    owned = ownership([{ kind: "Pod", name: "solo" }]);
    see("Pod", "solo", "p1");
    see("Pod", "solo", "p2");
    see("Pod", "other", "p3");
    expect(told).toEqual(["solo", "solo"]);
  });
});
