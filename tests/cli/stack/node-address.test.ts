import { describe, expect, test } from "vitest";
import { findAddress } from "../../../cli/stack/node-address.ts";
import type { CommandResult } from "../../../setup/machine/outside.ts";
import { fakeOutside } from "../../setup/support/fake-outside.ts";
import { inspectOutput } from "../support/docker-inspect.ts";

const loopback = "http://127.0.0.1:30050";
const node = "http://192.168.49.2:30050";
const published = inspectOutput("lab2", { "30050/tcp": { HostIp: "127.0.0.1", HostPort: "30050" } });
const unpublished = inspectOutput("lab2");

/** Looks for a stack whose pods are what answers under some URLs; asks docker for the node first. */
async function find(inspected: string | undefined, answering: readonly string[], machine: Partial<Machine> = {}) {
  const { isInNetwork, ip }: Machine = { isInNetwork: true, ip: { stdout: "192.168.49.2\n" }, ...machine };
  const outside = fakeOutside({
    answers: {
      ...(inspected && { "docker container inspect lab2": { stdout: inspected } }),
      "minikube ip -p lab2": ip,
    },
  });
  const asked: string[] = [];
  const address = await findAddress({
    outside,
    minikube: "minikube",
    profile: "lab2",
    namespace: "online-inference-pod",
    service: "online-inference",
    nodePort: 30050,
    answers: async (url) => {
      asked.push(url);
      return answering.includes(url);
    },
    sharesNetwork: () => isInNetwork,
  });
  return { address, asked };
}

/** Whether the machine is in the network of docker's containers, and what `minikube ip` says. */
type Machine = { readonly isInNetwork: boolean; readonly ip: Partial<CommandResult> };

describe("the address of a stack", () => {
  test("is the port that the profile's node publishes on loopback", async () => {
    expect((await find(published, [loopback, node])).address).toBe(loopback);
  });

  test("is the published port where that is another number, or on all addresses", async () => {
    const elsewhere = inspectOutput("lab2", { "30050/tcp": { HostIp: "0.0.0.0", HostPort: "8050" } });
    expect((await find(elsewhere, ["http://127.0.0.1:8050"])).address).toBe("http://127.0.0.1:8050");
    const oneAddress = inspectOutput("lab2", { "30050/tcp": { HostIp: "10.0.0.7", HostPort: "30050" } });
    expect((await find(oneAddress, ["http://10.0.0.7:30050"])).address).toBe("http://10.0.0.7:30050");
    const sixth = inspectOutput("lab2", { "30050/tcp": { HostIp: "::1", HostPort: "30050" } });
    expect((await find(sixth, ["http://[::1]:30050"])).address).toBe("http://[::1]:30050");
  });

  test.each([
    ["the profile's node does not publish it", unpublished],
    ["it is exposed and not published", inspectOutput("lab2", { "30050/tcp": null })],
    ["docker has no such node, because the driver is another one", undefined],
    ["the docker command is a wrapper that prints something else", "Emulating docker: nothing to show"],
    ["a container of that name is no node", published.replaceAll("name.minikube.sigs.k8s.io", "name")],
    [
      "a container of that name is another profile's node",
      inspectOutput("minikube", JSON.parse(published)[0].NetworkSettings.Ports),
    ],
  ])("is never loopback where %s, whoever answers there", async (_why, inspected) => {
    const { address, asked } = await find(inspected, [loopback, node]);
    expect(address).toBe(node);
    expect(asked).not.toContain(loopback);
  });

  test("is never that of a container in a network of which this machine is no part", async () => {
    const refused = "this machine reaches no address of profile lab2. See its pods: kubectl --context lab2 -n";
    await expect(find(unpublished, [node], { isInNetwork: false })).rejects.toThrow(refused);
    // A virtual machine's address may be reached by a route.
    expect((await find(undefined, [node], { isInNetwork: false })).address).toBe(node);
  });

  test("missing is an error that says what was tried and how to see the pods", async () => {
    await expect(find(published, [])).rejects.toThrow(
      "no pod of the Service online-inference answers on http://127.0.0.1:30050 or http://192.168.49.2:30050. " +
        "See its pods: kubectl --context lab2 -n online-inference-pod get pods",
    );
    await expect(find(undefined, [], { ip: { exitCode: 85 } })).rejects.toThrow(
      "this machine reaches no address of profile lab2",
    );
  });
});
