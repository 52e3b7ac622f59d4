import { describe, expect, test, vi } from "vitest";
import { endStack } from "../../../cli/stack/end.ts";
import type { StackPlace } from "../../../cli/stack/place.ts";
import type { CommandResult } from "../../../setup/machine/outside.ts";
import { fakeOutside } from "../../setup/support/fake-outside.ts";

const call = { pulumi: "pulumi", project: "/lab", env: {}, stack: "pod" };

/** What minikube prints of profiles with these states. */
function listOf(profiles: Readonly<Record<string, string>>) {
  const valid = Object.entries(profiles).map(([Name, Status]) => ({ Name, Status, Config: { Driver: "docker" } }));
  return { stdout: JSON.stringify({ invalid: [], valid }) };
}

/** Ends a stack that is up somewhere, on a machine with these minikube profiles; tells what was asked of Pulumi. */
const end = (place: StackPlace | undefined, profiles: Readonly<Record<string, string>>) =>
  endWhere(place, listOf(profiles), Object.keys(profiles));

async function endWhere(place: StackPlace | undefined, list: Partial<CommandResult>, contexts: readonly string[]) {
  const outside = fakeOutside({ answers: { "minikube profile list --output json": list } });
  const asked: string[] = [];
  await endStack({ outside, minikube: "minikube" }, call, {
    place: async () => place,
    settle: async ({ stack }) => void asked.push(`settle ${stack}`),
    destroy: async ({ stack }) => void asked.push(`destroy ${stack}`),
    forget: async ({ stack }) => void asked.push(`forget ${stack}`),
    contexts: async () => new Map(contexts.map((name) => [name, `https://${name}:8443`])),
  });
  return { asked, ran: outside.ran };
}

const lab2 = { context: "lab2", profile: "lab2" };

describe("a stack is ended", () => {
  test("without a destroy when nothing of it is up, but what is pending is settled", async () => {
    expect(await end(undefined, {})).toEqual({ asked: ["settle pod"], ran: [] });
  });

  test("by a destroy where its profile runs", async () => {
    expect((await end(lab2, { lab2: "OK" })).asked).toEqual(["settle pod", "destroy pod"]);
  });

  test("by a destroy, without asking minikube, in a cluster that is not minikube's or that nobody told", async () => {
    expect(await end({ context: "production", profile: "minikube" }, {})).toEqual({
      asked: ["settle pod", "destroy pod"],
      ran: [],
    });
    expect(await end({}, {})).toEqual({ asked: ["settle pod", "destroy pod"], ran: [] });
    expect(await end({ context: "lab2" }, {})).toEqual({ asked: ["settle pod", "destroy pod"], ran: [] });
  });

  test("by forgetting it when its profile was deleted, which is said", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect((await end(lab2, { minikube: "OK" })).asked).toEqual(["forget pod"]);
    expect(log).toHaveBeenCalledWith("stack pod went with minikube profile lab2, which is gone; Pulumi forgets it");
    log.mockRestore();
  });

  test("by a destroy where minikube lists no such profile, but kubeconfig still has its context: another MINIKUBE_HOME", async () => {
    expect((await endWhere(lab2, listOf({}), ["lab2"])).asked).toEqual(["settle pod", "destroy pod"]);
  });

  test.each([
    ["an error", { exitCode: 83, stdout: '{"error":"permission denied"}' }],
    ["nothing", { exitCode: 1, stderr: "cannot connect to docker" }],
    ["words", { stdout: "* Found a cluster" }],
    ["an error and no exit code", { stdout: '{"error":"permission denied"}' }],
  ])("not by forgetting it because minikube answers with %s", async (_what, answer) => {
    await expect(endWhere(lab2, answer, [])).rejects.toThrow("minikube does not tell whether there is a profile lab2");
  });

  test("later when its profile is stopped, as its pods would come back", async () => {
    const ending = end(lab2, { lab2: "Stopped" });
    await expect(ending).rejects.toThrow(
      "stack pod is up in minikube profile lab2, which does not run: its pods would come back with it. Start it " +
        "(minikube start -p lab2) or delete it (minikube delete -p lab2), then run the same command again",
    );
  });
});
