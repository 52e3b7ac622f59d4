import type { V1ConfigMap, V1Deployment, V1Service } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { chart, helm, only, render, template } from "./helm.ts";
import { everyValue } from "./values.ts";

// These tests are in the daemon project because they need the helm command; they need no daemon.
const snapshot = (name: string) => `snapshots/${name}.snap`;

test("passes helm's own checks, warnings included", async () => {
  const { exitCode, all } = await helm(["lint", "--strict", chart, "--values", "-"], everyValue);
  expect(exitCode, all).toBe(0);
  const { exitCode: ofDefaults, all: words } = await helm(["lint", "--strict", chart]);
  expect(ofDefaults, words).toBe(0);
});

test("renders the defaults as reviewed", async () => {
  await expect(await template()).toMatchFileSnapshot(snapshot("defaults"));
});

test("renders every value as reviewed", async () => {
  await expect(await template(everyValue)).toMatchFileSnapshot(snapshot("every-value"));
});

test("puts every object into the release's namespace, under the release's labels", async () => {
  const { stdout } = await helm(["template", "mine", chart, "--namespace", "elsewhere"]);
  expect(stdout.match(/^ {2}namespace: .*$/gm)).toEqual(Array(6).fill('  namespace: "elsewhere"'));
  for (const { metadata } of await render({}, "mine")) {
    expect(metadata.name).toMatch(/^mine(-test)?$/);
    expect(metadata.labels["app.kubernetes.io/instance"]).toBe("mine");
  }
});

describe("the image", () => {
  const imageOf = async (values: object) => {
    const { spec } = only<V1Deployment>(await render(values), "Deployment");
    return spec?.template.spec?.containers[0]?.image;
  };

  test.each([
    ["the chart's own release", {}, "online-inference:v1"],
    ["the release's tag", { release: "v2" }, "online-inference:v2"],
    ["the given tag", { release: "v2", image: { tag: "v2-abc" } }, "online-inference:v2-abc"],
    ["the digest", { image: { tag: "v1-abc", digest: everyValue.image.digest } }, /^online-inference@sha256:/],
  ])("is %s", async (_case, values, image) => {
    expect(await imageOf(values)).toMatch(image);
  });
});

describe("the configuration", () => {
  const checksum = async (values: object) => {
    const { spec } = only<V1Deployment>(await render(values), "Deployment");
    return spec?.template.metadata?.annotations?.["checksum/config"];
  };

  test("reaches the pods as text that is still the number", async () => {
    const { data } = only<V1ConfigMap>(await render({ config: { MAX_WAITING_BYTES: 1_073_741_824 } }), "ConfigMap");
    expect(data).toMatchObject({ MAX_WAITING_BYTES: "1073741824", MAX_ROWS: "1000", LOG_LEVEL: "info" });
  });

  test.each(Object.entries(everyValue.config))("rolls the pods when %s changes", async (name, value) => {
    expect(await checksum({ config: { [name]: value } })).not.toBe(await checksum({}));
  });

  test("rolls nothing when all else changes", async () => {
    const { config: _, ...others } = everyValue;
    expect(await checksum(others)).toBe(await checksum({}));
  });
});

test("a digest of the chart shows, but leaves the pods alone", async () => {
  const plain = await render();
  const marked = await render({ chartDigest: "feed" });
  expect(only<V1Deployment>(marked, "Deployment")).toEqual(only<V1Deployment>(plain, "Deployment"));
  expect(only<V1ConfigMap>(marked, "ConfigMap").metadata.annotations).toEqual({
    "online-inference/chart-digest": "feed",
  });
});

test.each([
  [{}, 20],
  [{ preStopSeconds: 0 }, 15],
  [{ config: { DRAIN_MS: 2_001, REQUEST_TIMEOUT_MS: 600_000 } }, 610],
])("the grace period covers wait, draining and the longest request: %j", async (values, seconds) => {
  const { spec } = only<V1Deployment>(await render(values), "Deployment");
  expect(spec?.template.spec?.terminationGracePeriodSeconds).toBe(seconds);
});

test("neither the Service nor a policy takes the test's pod for one of the service's", async () => {
  const objects = await render();
  const { selector } = only<V1Service>(objects, "Service").spec ?? {};
  const { labels } = only<object>(objects, "Pod").metadata;
  expect(Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value)).toBe(false);
});

test.each([
  [{ service: { type: "NodePort" } }, undefined],
  [{ service: { type: "NodePort", nodePort: 30_060 } }, 30_060],
  [{ service: { type: "ClusterIP" } }, undefined],
])("the Service has the port that was asked for: %j", async (values, nodePort) => {
  const { spec } = only<V1Service>(await render(values), "Service");
  expect(spec).toMatchObject(values.service.type === "NodePort" ? { type: "NodePort" } : { type: "ClusterIP" });
  expect(spec?.ports?.[0]?.nodePort).toBe(nodePort);
});
