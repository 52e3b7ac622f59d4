import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, test, vi } from "vitest";
import type { ExportedStack, LiveObject, StateResource } from "../../../cli/stack/pending.ts";
import { settle } from "../../../cli/stack/settle.ts";
import { UserError } from "../../../common/user-error.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const log = vi.spyOn(console, "log").mockImplementation(() => {});
beforeEach(() => log.mockClear());

const provider = { urn: "provider", type: "pulumi:providers:kubernetes", id: "1", inputs: { context: "lab2" } };
const pending = (type: string, inputs: object): StateResource => ({
  urn: type,
  type,
  provider: "provider::1",
  inputs: inputs as StateResource["inputs"] & object,
});
const object: LiveObject = { apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "ns" } };
const service = pending("kubernetes:core/v1:Service", object);
const release = pending("kubernetes:helm.sh/v3:Release", { name: "helm", namespace: "ns" });

/** Settles a stack with these creates pending; tells what was asked and said. */
async function settleWith(
  creates: readonly StateResource[],
  options: {
    readonly there?: boolean;
    readonly isEnding?: boolean;
    readonly mayHavePending?: boolean;
    readonly resources?: readonly StateResource[];
  } = {},
) {
  const { there = false, isEnding = false, mayHavePending = true, resources = [provider] } = options;
  const state = await scratchFolder();
  const call = {
    pulumi: "pulumi",
    project: "/lab",
    env: { PULUMI_BACKEND_URL: pathToFileURL(state).href },
    stack: "pod",
  };
  const asked: string[] = [];
  let imported: ExportedStack | undefined;
  await settle(
    call,
    { isEnding },
    {
      mayHavePending: async () => mayHavePending,
      exportState: async () => {
        asked.push("export");
        const operations = creates.map((resource) => ({ type: "creating", resource }));
        return { version: 3, deployment: { resources, pending_operations: operations } };
      },
      importState: async (_call, to) => {
        imported = to;
      },
      find: async (context, { kind }) => {
        asked.push(`${context}: ${kind}`);
        return there ? object : undefined;
      },
      hasRelease: async (context, { name }) => {
        asked.push(`${context}: release ${name}`);
        return there;
      },
    },
  );
  return { asked, imported, said: log.mock.calls.map(([line]) => String(line)) };
}

test("a stack that is well is not asked of anybody, and nothing is said", async () => {
  expect(await settleWith([service], { mayHavePending: false })).toEqual({ asked: [], imported: undefined, said: [] });
  expect(await settleWith([])).toEqual({ asked: ["export"], imported: undefined, said: [] });
});

test("what had been created is in the stack again, which is said", async () => {
  const { asked, imported, said } = await settleWith([service], { there: true });
  expect(asked).toEqual(["export", "lab2: Service"]);
  expect(imported?.deployment.pending_operations).toEqual([]);
  expect(imported?.deployment.resources).toMatchObject([provider, { urn: service.urn, id: "ns/a" }]);
  expect(said).toEqual([
    "stack pod: a Pulumi was killed in the middle of its work; the stack has again what it had created: Service a",
  ]);
});

test("what had not is forgotten, which is said", async () => {
  const { imported, said } = await settleWith([service]);
  expect(imported?.deployment).toEqual({ resources: [provider], pending_operations: [] });
  expect(said).toEqual(["stack pod: a Pulumi was killed in the middle of its work; nothing that it began is left"]);
});

test("what a destroy kept pending without its provider is forgotten, which is said, because no cluster can be asked", async () => {
  const { asked, imported, said } = await settleWith([service], { there: true, resources: [] });
  expect(asked).toEqual(["export"]);
  expect(imported?.deployment).toEqual({ resources: [], pending_operations: [] });
  expect(said).toEqual([
    "stack pod: a Pulumi was killed in the middle of its work; it is forgotten that it was creating Service a, in a cluster " +
      "that Pulumi does not know any more",
  ]);
});

test("a chart that helm had begun to install ends with its namespace, and until then one command is named", async () => {
  await expect(settleWith([release], { there: true })).rejects.toThrow(
    new UserError(
      "stack pod: a Pulumi was killed while helm installed the chart, and helm does not go on with that. End it first: bin/lab down pod",
    ),
  );
  expect((await settleWith([release])).imported?.deployment.pending_operations).toEqual([]);
  const { asked, imported } = await settleWith([release], { there: true, isEnding: true });
  expect(asked).toEqual(["export"]);
  expect(imported?.deployment.pending_operations).toEqual([]);
});

test("what a Pulumi is doing right now is none of it: the stack is in use", async () => {
  const state = await scratchFolder();
  const folder = join(state, ".pulumi", "locks", "organization", "online-inference", "pod");
  await mkdir(folder, { recursive: true });
  const lock = { pid: process.pid, hostname: hostname(), username: "alice", timestamp: "2026-03-14T09:30:00Z" };
  await writeFile(join(folder, "own.json"), JSON.stringify(lock));
  const call = {
    pulumi: "pulumi",
    project: "/lab",
    env: { PULUMI_BACKEND_URL: pathToFileURL(state).href },
    stack: "pod",
  };
  await expect(settle(call, { isEnding: true })).rejects.toThrow("stack pod is in use");
});
