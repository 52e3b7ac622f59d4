import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { clusterDocker } from "../../../cli/suite.ts";
import { realOutside } from "../../../setup/machine/outside.ts";
import { rememberedProfile } from "../../../stacks/program/config.ts";

/** The checkout under test. */
export const project = fileURLToPath(new URL("../../..", import.meta.url));

/** The minikube profile under test, which kubectl knows as a context of the same name: the one that `bin/lab test` hands on. */
export const profile = rememberedProfile(process.env);

/** The files of the Pulumi program and its policies, for copies of the checkout; the observer is not among them. */
export const PROGRAM = [
  "index.ts",
  "package.json",
  "Pulumi.yaml",
  "common",
  "kubernetes",
  "plan",
  "policy",
  "service",
  "stacks",
  "start",
] as const;

/** Runs a command in the checkout (or in `cwd`); never throws, both streams are in `all`. */
export async function run(file: string, args: readonly string[], cwd = project) {
  return execa(file, args, { cwd, reject: false, all: true, stdin: "ignore" });
}

/** Runs `bin/lab`. */
export const lab = (...args: string[]) => run("bin/lab", args);

/** Starts `bin/lab`: a process, and the promise of its end, which never rejects; both streams are in `all`. */
export const startLab = (...args: string[]) =>
  execa(join(project, "bin", "lab"), args, { cwd: project, reject: false, all: true, stdin: "ignore" });

/** Runs Pulumi on a stack like a user after `eval "$(bin/lab env)"`. */
export const pulumi = (stack: string, args: readonly string[], cwd?: string) =>
  run("pulumi", [...args, "--stack", stack, "--non-interactive"], cwd);

/** Runs a docker command against the daemon inside minikube. */
export async function minikubeDocker(...args: string[]) {
  const env = await clusterDocker(realOutside(), "minikube", profile);
  return execa("docker", args, { env, reject: false, all: true });
}

/** Reads Kubernetes objects as JSON. */
export async function kubectl<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await run("kubectl", ["--context", profile, ...args, "--output", "json"]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** The predictions of scikit-learn itself for every row of the data. */
export interface Expected {
  readonly features: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly releases: Readonly<
    Record<string, { readonly prediction: readonly number[]; readonly probability: readonly number[] }>
  >;
}

/** Reads the file that the training script wrote beside the models. */
export async function expectedAnswers(): Promise<Expected> {
  return JSON.parse(await readFile(`${project}service/model/expected.json`, "utf8")) as Expected;
}

/** The largest difference between the service's probabilities and scikit-learn's that a release's card allows. */
export async function parityBound(release: string): Promise<number> {
  const card = JSON.parse(await readFile(`${project}service/model/${release}.json`, "utf8")) as {
    parity: { bound: number };
  };
  return card.parity.bound;
}
