import { describe, expect, test } from "vitest";
import {
  type ExportedStack,
  hasPending,
  type LiveObject,
  pendingCreates,
  type StateResource,
  settled,
} from "../../../cli/stack/pending.ts";

const urn = (type: string, name: string) => `urn:pulumi:pod::online-inference::${type}::${name}`;
const provider = {
  urn: urn("pulumi:providers:kubernetes", "kubernetes"),
  type: "pulumi:providers:kubernetes",
  id: "2ce699fc",
  inputs: { context: "lab2" },
};
const namespace = "online-inference-pod";

/** A resource of an object, as a create that is under way has it: with neither id nor outputs. */
const creating = (kind: string, name: string, apiVersion = "v1"): StateResource => ({
  urn: urn(`kubernetes:${apiVersion.includes("/") ? apiVersion : "core/v1"}:${kind}`, name),
  type: `kubernetes:${apiVersion.includes("/") ? apiVersion : "core/v1"}:${kind}`,
  provider: `${provider.urn}::${provider.id}`,
  inputs: { apiVersion, kind, metadata: { name, ...(kind !== "Namespace" && { namespace }) }, spec: { replicas: 3 } },
});
const deployment = creating("Deployment", "online-inference", "apps/v1");
const service = creating("Service", "online-inference");
const image: StateResource = {
  urn: urn("docker:index/image:Image", "image"),
  type: "docker:index/image:Image",
  inputs: {},
};

const stateOf = (
  resources: readonly StateResource[],
  ...operations: (readonly [string, StateResource])[]
): ExportedStack => ({
  version: 3,
  deployment: { resources, pending_operations: operations.map(([type, resource]) => ({ type, resource })) },
});

/** The object as the cluster has it, with the fields' managers. */
function live({ inputs }: StateResource, ...managers: string[]): LiveObject {
  const { apiVersion, kind, metadata } = inputs as LiveObject;
  return { apiVersion, kind, metadata: { ...metadata, managedFields: managers.map((manager) => ({ manager })) } };
}

describe("what a state has pending", () => {
  test("is nothing in a stack that is well, and whatever was begun in one that is not", () => {
    expect(hasPending({ version: 3, deployment: {} })).toBe(false);
    expect(hasPending(stateOf([provider]))).toBe(false);
    expect(hasPending(stateOf([provider], ["updating", service]))).toBe(true);
  });

  test("is asked of the cluster of its provider, as far as it is a create of an object", () => {
    const release: StateResource = {
      ...creating("Release", "helm"),
      type: "kubernetes:helm.sh/v3:Release",
      inputs: { name: "helm", namespace },
    };
    const state = stateOf(
      [provider],
      ["creating", deployment],
      ["updating", service],
      ["creating", image],
      ["creating", release],
    );
    expect(pendingCreates(state)).toEqual([
      {
        urn: deployment.urn,
        context: "lab2",
        object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "online-inference", namespace } },
      },
      { urn: release.urn, context: "lab2", release: { name: "helm", namespace } },
    ]);
  });

  test("is asked of no cluster where the provider was not there yet", () => {
    const early = creating("Namespace", namespace);
    expect(pendingCreates(stateOf([], ["creating", early]))).toEqual([
      {
        urn: early.urn,
        context: undefined,
        object: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      },
    ]);
  });
});

describe("a state that is settled", () => {
  test("has the objects that are there as resources, which the next refresh completes, and forgets the others", () => {
    const state = stateOf([provider], ["creating", deployment], ["creating", service], ["creating", image]);
    const there = new Map([
      [deployment.urn, live(deployment, "kubectl", "pulumi-kubernetes-0d741580", "kube-controller-manager")],
    ]);
    const { version, deployment: after } = settled(state, there);
    expect(version).toBe(3);
    expect(after.pending_operations).toEqual([]);
    expect(after.resources).toEqual([
      provider,
      {
        ...deployment,
        id: `${namespace}/online-inference`,
        outputs: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "online-inference", namespace },
          // Another manager than the one that created it would be refused as in conflict.
          __fieldManager: "pulumi-kubernetes-0d741580",
        },
      },
    ]);
  });

  test("names an object without a namespace by its name alone", () => {
    const early = creating("Namespace", namespace);
    const { resources } = settled(
      stateOf([provider], ["creating", early]),
      new Map([[early.urn, live(early)]]),
    ).deployment;
    expect(resources?.at(-1)).toMatchObject({ id: namespace });
    expect(resources?.at(-1)?.outputs).not.toHaveProperty("__fieldManager");
  });

  test("has the successor of a Pod that is replaced in its predecessor's place", () => {
    const pod = creating("Pod", "online-inference");
    const replaced = { ...pod, id: `${namespace}/online-inference`, pendingReplacement: true };
    const state = stateOf([provider, replaced, service], ["creating", pod]);
    const { resources } = settled(state, new Map([[pod.urn, live(pod, "pulumi-kubernetes")]])).deployment;
    expect(resources?.map(({ urn: one }) => one)).toEqual([provider.urn, pod.urn, service.urn]);
    expect(resources?.[1]).toMatchObject({ outputs: { __fieldManager: "pulumi-kubernetes" } });
    expect(resources?.[1]).not.toHaveProperty("pendingReplacement");
    expect(settled(state, new Map()).deployment.resources).toEqual([provider, replaced, service]);
  });

  test("has a resource once, whatever was pending of it", () => {
    const known = { ...service, id: `${namespace}/online-inference` };
    const state = stateOf(
      [provider, known],
      ["creating", service],
      ["updating", known],
      ["creating", deployment],
      ["creating", deployment],
    );
    const there = new Map([service, deployment].map((one) => [one.urn, live(one)]));
    expect(settled(state, there).deployment.resources?.map(({ urn: one }) => one)).toEqual([
      provider.urn,
      service.urn,
      deployment.urn,
    ]);
  });
});
