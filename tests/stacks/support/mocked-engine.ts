import { runtime } from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { vi } from "vitest";

/** A resource as it is registered with the engine; it refers to other resources by their Pulumi names. */
export type Registration = {
  readonly type: string;
  readonly parent: string;
  readonly provider: string;
  readonly dependsOn: readonly string[];
  readonly inputs: unknown;
  /** The options that are set; time-outs are text such as `2m`. */
  readonly options: Readonly<Record<string, unknown>>;
};

/** The digest of every pushed image. docker may report it with the name of another repository that has the same image. */
const REPO_DIGEST = `elsewhere/image@sha256:${"d".repeat(64)}`;

const nameOf = (urn: string): string => urn.split("::")[3] ?? "";

/** Runs a program against Pulumi's mocks; returns its resources by their Pulumi names. */
export async function registrations(stack: string, program: () => unknown): Promise<Record<string, Registration>> {
  const inputs: Record<string, unknown> = {};
  const newResource = (args: { name: string; inputs: Record<string, unknown> }) => {
    inputs[args.name] = args.inputs;
    return { id: `${args.name}-id`, state: { repoDigest: REPO_DIGEST, ...args.inputs } };
  };
  const register = vi.spyOn(MockMonitor.prototype, "registerResource");
  try {
    await runtime.setMocks({ newResource, call: () => ({}) }, "online-inference", stack);
    await runtime.runInPulumiStack(async () => void program());
    await runtime.disconnect(false);
    return Object.fromEntries(
      register.mock.calls.map(([request]) => {
        const timeouts = request.getCustomtimeouts();
        const customTimeouts = {
          create: timeouts?.getCreate(),
          update: timeouts?.getUpdate(),
          delete: timeouts?.getDelete(),
        };
        const options = {
          customTimeouts: Object.fromEntries(Object.entries(customTimeouts).filter(([, value]) => value)),
          replaceOnChanges: request.getReplaceonchangesList(),
          deleteBeforeReplace: request.getDeletebeforereplace(),
          ignoreChanges: request.getIgnorechangesList(),
        };
        const registration = {
          type: request.getType(),
          parent: nameOf(request.getParent()),
          provider: nameOf(request.getProvider()),
          dependsOn: request.getDependenciesList().map(nameOf),
          inputs: inputs[request.getName()],
          options: Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value))),
        };
        return [request.getName(), registration];
      }),
    );
  } finally {
    register.mockRestore();
  }
}

const isEmpty = (value: unknown): boolean =>
  value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
