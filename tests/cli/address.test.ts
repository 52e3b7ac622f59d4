import { describe, expect, test } from "vitest";
import { findAddress } from "../../cli/address.ts";
import { fakeOutside } from "../setup/fake-outside.ts";

const serviceLine = "minikube service online-inference -n online-inference-pod -p minikube --url";

function find(answering: readonly string[], answers = {}) {
  return findAddress({
    outside: fakeOutside({ answers: { "minikube ip -p minikube": { stdout: "192.168.49.2\n" }, ...answers } }),
    minikube: "minikube",
    profile: "minikube",
    namespace: "online-inference-pod",
    service: "online-inference",
    nodePort: 30050,
    answers: async (url) => answering.includes(url),
  });
}

describe("the address of a stack", () => {
  test("is the port published on loopback when that answers", async () => {
    expect(await find(["http://127.0.0.1:30050", "http://192.168.49.2:30050"])).toBe("http://127.0.0.1:30050");
  });

  test("is the node's own address when nothing is published", async () => {
    expect(await find(["http://192.168.49.2:30050"])).toBe("http://192.168.49.2:30050");
  });

  test("is what minikube offers when the node cannot be reached either", async () => {
    const url = "http://127.0.0.1:41234";
    expect(await find([url], { [serviceLine]: { stdout: `${url}\n` } })).toBe(url);
  });

  test("missing is an error that says what was tried and how to see the pods", async () => {
    await expect(find([])).rejects.toThrow(
      /neither on http:\/\/127\.0\.0\.1:30050 nor on http:\/\/192\.168\.49\.2:30050.*kubectl --context minikube -n online-inference-pod get pods/,
    );
  });
});
