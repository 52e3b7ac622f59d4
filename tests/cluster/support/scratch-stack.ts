import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { kubectl, project } from "./lab.ts";

/** The fields of a pod that tests read. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A stack whose config values go into a temporary copy of its file, because `-c` would save them into the checkout. */
export class ScratchStack {
  readonly name: string;
  readonly namespace: string;
  #folder: string | undefined;

  constructor(name: string) {
    this.name = name;
    this.namespace = `online-inference-${name}`;
  }

  /** Starts Pulumi; the values are added to those of earlier runs. */
  async start(args: readonly string[], ...values: string[]) {
    const file = `Pulumi.${this.name}.yaml`;
    if (!this.#folder) {
      this.#folder = await mkdtemp(join(tmpdir(), "online-inference-cluster-"));
      await copyFile(join(project, file), join(this.#folder, file));
    }
    const config = ["--config-file", join(this.#folder, file), ...values.flatMap((value) => ["-c", value])];
    const command = [...args, "--stack", this.name, "--non-interactive", ...config];
    // The process is wrapped in an object: it is a promise itself, so to await it would wait for its end.
    return { process: execa("pulumi", command, { cwd: project, reject: false, all: true, stdin: "ignore" }) };
  }

  /** Runs `pulumi up` to its end. */
  async up(...values: string[]) {
    return (await this.start(["up", "--yes", "--skip-preview"], ...values)).process;
  }

  /** Runs `pulumi up` and fails if it changes anything. */
  async upAgain() {
    return (await this.start(["up", "--yes", "--skip-preview", "--expect-no-changes"])).process;
  }

  async destroy() {
    const { process } = await this.start(["destroy", "--yes", "--skip-preview"]);
    const result = await process;
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    return result;
  }

  /** The stack's pods, without those that terminate. */
  async pods(): Promise<Pod[]> {
    const { items } = await kubectl<{ items: Pod[] }>("--namespace", this.namespace, "get", "pods");
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }
}

/** Releases of the pods that are Ready, sorted. */
export const readyReleases = (pods: readonly Pod[]): (string | undefined)[] =>
  pods
    .filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
    .map(({ metadata }) => metadata.labels["app.kubernetes.io/version"])
    .sort();
