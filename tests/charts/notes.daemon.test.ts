import { describe, expect, test } from "vitest";
import { notes } from "./helm.ts";

describe("the notes", () => {
  test("say the next commands", async () => {
    const text = await notes({}, "mine");
    expect(text).toContain("Release v1 of the service, 2 pods of online-inference:v1.");
    expect(text).toContain("kubectl --namespace default rollout status deployment/mine");
    expect(text).toContain("helm test mine --namespace default");
    expect(text).toContain("minikube service mine --namespace default --url");
    expect(text).toContain("helm rollback mine --namespace default");
    expect(text).not.toMatch(/WEAKER|serviceAccount/);
  });

  test.each([
    [{ service: { type: "ClusterIP", port: 80 } }, "http://x.default:80/predict from inside the cluster"],
    [{ service: { type: "LoadBalancer" } }, "kubectl --namespace default get service x shows the address"],
    [
      { ingress: { enabled: true, tls: [{ hosts: ["a.test"] }] } },
      "https://online-inference.local/predict by the ingress",
    ],
    [{ httpRoute: { enabled: true, hostnames: ["a.test"] } }, "http://a.test/predict by the gateway"],
    [{ autoscaling: { enabled: true } }, "2 to 6 pods of"],
    [{ autoscaling: { enabled: true } }, "minikube addons enable metrics-server"],
    [{ model: { configMap: "wine-1" } }, "create configmap wine-1 --from-file=model.onnx --from-file=card.json"],
    [{ model: { image: "models/wine:1" } }, "The model is that of the image models/wine:1. Image volumes are on from"],
    [{ serviceAccount: { automount: true } }, "The pods have a token of the cluster's API (serviceAccount.automount)"],
  ])("of %j: %s", async (values, words) => {
    expect(await notes(values)).toContain(words);
  });

  test.each([
    [
      { securityContext: { allowPrivilegeEscalation: true } },
      ["securityContext.allowPrivilegeEscalation is not false"],
    ],
    [{ securityContext: { privileged: true } }, ["securityContext.privileged is true"]],
    [
      { podSecurityContext: { runAsNonRoot: false, runAsUser: 0 } },
      ["runAsNonRoot is not true", "runAsUser is 0, which is root"],
    ],
    [{ securityContext: { runAsNonRoot: false } }, ["runAsNonRoot is not true"]],
    [{ podSecurityContext: { seccompProfile: { type: "Unconfined" } } }, ["seccompProfile.type is not RuntimeDefault"]],
    [
      { securityContext: { capabilities: { drop: [], add: ["NET_ADMIN", "NET_BIND_SERVICE"] } } },
      ["securityContext.capabilities.drop lacks ALL", "securityContext.capabilities.add has NET_ADMIN"],
    ],
    [{ extraVolumes: [{ name: "host", hostPath: { path: "/" } }] }, ["the volume host is a hostPath"]],
    [{ model: { volume: { hostPath: { path: "/models" } } } }, ["the volume model is a hostPath"]],
  ])("name by what %j weakens the standard", async (values, lines) => {
    const [, told] = (await notes(values)).split(/WEAKER than the Pod Security Standard restricted, .*\n/);
    expect(told?.trim().split("\n")).toEqual(lines.map((line) => `- ${line}`));
  });

  test.each([
    { securityContext: { runAsUser: 1_000, capabilities: { add: ["NET_BIND_SERVICE"] } } },
    { podSecurityContext: { runAsUser: null, fsGroup: 1_000 }, securityContext: { runAsNonRoot: true } },
    { extraVolumes: [{ name: "scratch", emptyDir: {} }] },
  ])("do not complain of %j, which the standard allows", async (values) => {
    expect(await notes(values)).not.toContain("WEAKER");
  });
});
