import { runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { contextInState, refuseMove } from "../../../stacks/program/move.ts";

const servers = new Map([
  ["minikube", "https://192.168.49.2:8443"],
  ["lab2", "https://192.168.58.2:8443"],
  ["production", "https://192.168.49.2:8443"],
]);

/** The message for a stack that is up in one context while config names another one. */
function said(upIn: string | undefined, context: string, profile = context): string | undefined {
  try {
    refuseMove({ stack: "dev", context, profile }, upIn, servers);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
}

test("a stack that is up is not moved to another cluster", () => {
  expect(said("minikube", "lab2")).toBe(
    'config profile: got "lab2", allowed: minikube, where stack dev is up. To move it, end it there first: ' +
      'pulumi destroy --stack dev ("bin/lab down dev" where that profile was deleted)',
  );
  expect(said("minikube", "nowhere", "minikube")).toContain('config context: got "nowhere", allowed: minikube');
  expect(said("stopped", "lab2")).toContain('config profile: got "lab2", allowed: stopped');
});

test.each([
  ["is not up", undefined, "lab2"],
  ["is up there", "lab2", "lab2"],
  ["is up in the same cluster under another name", "minikube", "production"],
])("a stack that %s may be deployed", (_what, upIn, context) => {
  expect(said(upIn, context)).toBeUndefined();
});

test("where a stack is up is read from its own outputs", async () => {
  const asked: unknown[] = [];
  let outputs: object | Error = { context: "lab2", release: "v1" };
  const call = async ({ token, inputs }: { token: string; inputs: unknown }) => {
    asked.push([token, inputs]);
    if (outputs instanceof Error) throw outputs;
    return { outputs };
  };
  await runtime.setMocks(
    { call, newResource: () => ({ id: "", state: {} }) },
    "online-inference",
    "dev",
    false,
    "organization",
  );
  expect(await contextInState()).toBe("lab2");
  expect(asked).toEqual([["pulumi:pulumi:readStackOutputs", { name: "organization/online-inference/dev" }]]);
  outputs = {};
  expect(await contextInState()).toBeUndefined();
  outputs = new Error("unknown stack");
  expect(await contextInState()).toBeUndefined();
});
