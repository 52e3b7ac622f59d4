import { describe, expect, test } from "vitest";
import { runCommand } from "../../../stacks/live/published-port.ts";
import { nodePortUrl, sharesNetwork } from "../../../stacks/live/service-url.ts";
import { inspectOutput } from "../../cli/support/docker-inspect.ts";

const nodes = [{ status: { addresses: [{ type: "InternalIP", address: "192.168.49.2" }] } }];
const minikube = { profile: "lab2", context: "lab2", nodePort: 30050 };

/** The networks of a machine whose docker has a bridge here, and of one whose docker is in a virtual machine. */
const onLinux = ["127.0.0.1/8", "192.168.49.1/24", "::1/128"];
const onMac = ["127.0.0.1/8", "192.168.1.17/24", "fe80::1/64"];

/** Finds the URL with a docker that knows one container. */
const find = (
  stdout: string | undefined,
  place = minikube,
  among: Parameters<typeof nodePortUrl>[1] = nodes,
  networks = onLinux,
) =>
  nodePortUrl(
    place,
    among,
    async (_file, args) =>
      stdout !== undefined && args.at(-1) === "lab2" ? { exitCode: 0, stdout } : { exitCode: 1, stdout: "" },
    networks,
  );

describe("the URL of a stack's NodePort", () => {
  const published = inspectOutput("lab2", { "30050/tcp": { HostIp: "127.0.0.1", HostPort: "30050" } });

  test("is the port that docker publishes of the profile's node", async () => {
    expect(await find(published)).toBe("http://127.0.0.1:30050");
  });

  test("is the node's address where nothing is published, or where there is no docker", async () => {
    expect(await find(inspectOutput("lab2"))).toBe("http://192.168.49.2:30050");
    expect(await find(undefined)).toBe("http://192.168.49.2:30050");
  });

  test("is unknown where the node is a container in a network that this machine has no part in", async () => {
    expect(await find(inspectOutput("lab2"), minikube, nodes, onMac)).toBeUndefined();
    expect(await find(published, minikube, nodes, onMac)).toBe("http://127.0.0.1:30050");
    // The node of a VM driver is no container.
    expect(await find(undefined, minikube, nodes, onMac)).toBe("http://192.168.49.2:30050");
  });

  test("in another cluster is a node's outer address, and never this machine's docker", async () => {
    const cloud = [
      { status: { addresses: [{ type: "InternalIP", address: "10.0.0.5" }] } },
      { status: { addresses: [{ type: "ExternalIP", address: "2001:db8::7" }] } },
    ];
    expect(await find(published, { ...minikube, context: "cloud" }, cloud)).toBe("http://[2001:db8::7]:30050");
  });

  test("is asked of docker while the nodes are still on their way, which nothing waits for where it is published", async () => {
    const never = new Promise<never>(() => {});
    expect(await find(published, minikube, never)).toBe("http://127.0.0.1:30050");
    expect(await find(undefined, minikube, Promise.resolve(nodes))).toBe("http://192.168.49.2:30050");
  });

  test("is unknown where no node may be listed", async () => {
    expect(await find(undefined, minikube, [])).toBeUndefined();
  });
});

test.each([
  ["192.168.49.2", onLinux, true],
  ["192.168.49.2", onMac, false],
  ["fe80::2", onMac, true],
  ["2001:db8::7", onMac, false],
  ["192.168.49.2", [], false],
])("%s is in one of the networks %j: %j", (address, networks, expected) => {
  expect(sharesNetwork(address, networks)).toBe(expected);
});

describe("a command of the program", () => {
  test("that ends well has its output", async () => {
    expect(await runCommand(process.execPath, ["-p", "6 * 7"], { timeoutMs: 60_000 })).toEqual({
      exitCode: 0,
      stdout: "42\n",
    });
  });

  test.each([
    ["fails", process.execPath, 3],
    ["is missing", "/nowhere/docker", undefined],
  ])("that %s is no error", async (_how, file, exitCode) => {
    expect(await runCommand(file, ["-e", "process.exit(3)"], { timeoutMs: 60_000 })).toEqual({ exitCode, stdout: "" });
  });
});
