import { describe, expect, test } from "vitest";
import { readWatch, watchedName } from "../../../cli/watch/watch-request.ts";

describe("what watch was asked for", () => {
  test("is a workload, and the command after --", () => {
    expect(readWatch(["deploy/web", "-n", "shop", "--", "helm", "upgrade", "-n", "other"])).toEqual({
      watched: { kind: "Deployment", name: "web" },
      namespace: "shop",
      expect: [],
      yes: false,
      printRbac: false,
      command: ["helm", "upgrade", "-n", "other"],
    });
  });

  test("is with every flag", () => {
    const args =
      "sts/db --context c --service s --url http://x.example/a --load-from cluster --load-image node:24 --request r.yaml " +
      "--expect status=200 --expect body~ok --answered-by header:x-pod --rate 7.5 --hypotheses h.yaml --junit j.xml " +
      "--summary s.md --timeout 90 --yes --print-rbac";
    expect(readWatch(args.split(" "))).toEqual({
      watched: { kind: "StatefulSet", name: "db" },
      context: "c",
      service: "s",
      url: "http://x.example/a",
      loadFrom: "cluster",
      loadImage: "node:24",
      request: "r.yaml",
      expect: ["status=200", "body~ok"],
      answeredBy: "header:x-pod",
      rate: 7.5,
      hypotheses: "h.yaml",
      junit: "j.xml",
      summary: "s.md",
      timeoutMs: 90_000,
      yes: true,
      printRbac: true,
    });
  });

  test.each([
    ["deployments/web", "Deployment"],
    ["Deployment/web", "Deployment"],
    ["deployment.apps/web", "Deployment"],
    ["statefulset/web", "StatefulSet"],
    ["rs/web", "ReplicaSet"],
    ["po/web", "Pod"],
    ["svc/web", "Service"],
  ])("%s is a %s", (text, kind) => {
    expect(watchedName(text)).toEqual({ kind, name: "web" });
  });

  test.each([
    ["", 'workload: got "", allowed: one of deployment/NAME'],
    ["deployment/a deployment/b", 'workload: got "deployment/a" and 1 more word (left out), allowed: one of'],
    ["deployment/a kubectl set s3cret", 'workload: got "deployment/a" and 3 more words (left out), allowed: one of'],
    ["namespace/shop", 'workload: got "namespace/shop", allowed: deployment/NAME, statefulset/NAME'],
    ["deployment", 'workload: got "deployment"'],
    ["deployment/", 'workload: got "deployment/"'],
    ["a/b/c", 'workload: got "a/b/c"'],
    ["deployment/web?dryRun=All", 'workload: got "deployment/web?dryRun=All"'],
    ["deployment/..", 'workload: got "deployment/.."'],
    ["pod/a -n ../shop", '--namespace: got "../shop", allowed: lower-case letters'],
    ["pod/a --service Web", '--service: got "Web", allowed: lower-case letters'],
    ["pod/a --url ftp://x", "--url: got no address, allowed: http://… or https://…"],
    ["pod/a --url user:s3cret@host", "--url: got no address"],
    ["pod/a --rate 0", '--rate: got "0", allowed: a number above 0'],
    ["pod/a --load-from moon", '--load-from: got "moon", allowed: host, cluster'],
  ])("%s is refused", (line, message) => {
    expect(() => readWatch(line.split(" ").filter(Boolean))).toThrow(message);
  });
});
