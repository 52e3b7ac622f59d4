import { expect, test } from "vitest";
import { schemaViolations } from "../policy/validate-schema.ts";
import { render } from "./helm.ts";
import { everyValue } from "./values.ts";

test("everything that the chart makes obeys the Kubernetes API's schemas", async () => {
  const custom = ["HTTPRoute", "ServiceMonitor"];
  const all = [...(await render()), ...(await render(everyValue))];
  const objects = all.filter(({ kind }) => !custom.includes(kind));
  expect([all.length, objects.length]).toEqual([17, 15]);
  expect(await schemaViolations(objects)).toEqual([]);
});

test("a field that is unknown, of another type or of another version is named", async () => {
  const container = { name: "x", image: "x", imagePullpolicy: "Never" };
  const violations = await schemaViolations([
    { apiVersion: "v1", kind: "Pod", metadata: { name: "typo" }, spec: { containers: [container] } },
    { apiVersion: "v1", kind: "Service", metadata: { name: "text" }, spec: { ports: [{ port: "80" }] } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "fine" }, data: { a: "b" } },
    { apiVersion: "extensions/v1beta1", kind: "Ingress", metadata: { name: "gone" } },
  ]);
  expect(violations).toEqual([
    expect.stringMatching(/pod\/typo against version 1\.33: spec\.containers\.0: .*'imagePullpolicy' was unexpected/),
    expect.stringMatching(/service\/text against version 1\.33: spec\.ports\.0\.port: '80' is not of type 'integer'/),
    expect.stringMatching(/Couldn't find schema for kind Ingress with api version extensions\/v1beta1/),
  ]);
});
