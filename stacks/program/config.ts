import { isAbsolute } from "node:path";
import Type, { type Static } from "typebox";
import { NODE_PORTS, PLAYGROUND_NODE_PORT } from "../../common/lab-node-ports.ts";
import { MINIKUBES_PROFILE } from "../../common/minikubes-profile.ts";
import { UserError } from "../../common/user-error.ts";
import { RELEASES } from "../../service/releases.ts";
import type { Experiment } from "../experiment.ts";
import { type Registry, registryOf, registrySettings } from "../images/registry.ts";
import { experimentNames, findExperiment } from "../index.ts";
import { conflictError, parseSettings, SettingError, wrongValue } from "../settings/parse.ts";
import { nextStep, type Origin } from "./next-step.ts";

/** Name of the Pulumi project, with which each of its own config keys begins: `online-inference:release`. */
export const PROJECT = "online-inference";

/** A config key as the engine knows it: `release` is the project's own `online-inference:release`, `docker:host` stays. */
export const fullKey = (key: string): string => (key.includes(":") ? key : `${PROJECT}:${key}`);

/** The project's own key as users type it: `online-inference:release` is `release`, `docker:host` stays. */
export const ownKey = (key: string): string => (key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key);

const PROFILE_PATTERN = "^[a-zA-Z0-9][a-zA-Z0-9_.-]*$";

/**
 * The standard base image, by the digest of its index of architectures: later pulls and other registries give the same bytes, and
 * docker does not ask for it again. A newer one: docker buildx imagetools inspect node:24.21.0-bookworm-slim.
 */
export const BASE_IMAGE =
  "node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20";

/**
 * Config keys that every stack has, whatever its experiment. Pulumi.yaml repeats those whose default is the same for all stacks
 * and machines. `profile` is that of stacks whose config names none.
 */
export const stackSettings = (stack: string, profile = MINIKUBES_PROFILE) =>
  Type.Object({
    release: Type.Enum([...RELEASES], { default: "v1", description: "Release of the service to deploy" }),
    profile: Type.String({
      default: profile,
      pattern: PROFILE_PATTERN,
      description:
        "minikube profile, which is also the name of the kubeconfig context; by default the one that bin/lab used last, as " +
        "ONLINE_INFERENCE_PROFILE has it",
    }),
    context: Type.Optional(
      Type.String({ minLength: 1, description: "kubeconfig context to deploy to; by default the profile's" }),
    ),
    baseImage: Type.String({
      default: BASE_IMAGE,
      pattern: "^\\S+$",
      description: "Image that the service's image is built on; not used with ONLINE_INFERENCE_BASE_CONTEXT",
    }),
    modelDir: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "Folder of a model of your own, with model.onnx and card.json (docs/own-model.md), instead of the release's",
      }),
    ),
    nodePort: Type.Integer({
      minimum: NODE_PORTS.first,
      maximum: NODE_PORTS.last,
      default: findExperiment(stack)?.nodePort ?? PLAYGROUND_NODE_PORT,
      description: "Port of the node under which the service is reached",
    }),
    namespace: Type.String({
      pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
      default: `online-inference-${stack}`,
      description: "Kubernetes namespace of the stack; it is created and destroyed with the stack",
    }),
    ...registrySettings.properties,
  });

type RawSettings = Static<ReturnType<typeof stackSettings>>;

/** All config that a deployment depends on, read once. */
export type LabConfig = Omit<RawSettings, "context" | keyof typeof registrySettings.properties> & {
  readonly stack: string;
  /** kubeconfig context of the cluster to deploy to. */
  readonly context: string;
  /** The registry that images are pushed to and pulled from; undefined if they stay in minikube's daemon. */
  readonly registry: Registry | undefined;
  readonly experimentName: string;
  readonly experiment: Experiment;
  readonly settings: Record<string, unknown>;
  /** Absolute path of the base image's build context; defined on a machine that reaches no registry of images. */
  readonly baseContext: string | undefined;
};

/** A stack's config and environment as text, before anything is checked. */
export type ConfigSource = {
  readonly project: string;
  readonly stack: string;
  /** By `<namespace>:<key>`, as Pulumi's engine hands them over. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys among them that Pulumi keeps encrypted. */
  readonly secretKeys?: readonly string[];
  /** The keys among the project's own that `bin/lab` was given for this run alone; undefined where Pulumi was started by hand. */
  readonly given?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Checks and completes all settings of a stack.
 * @throws {UserError} that names the key, its value, and the allowed ones.
 */
export function resolveConfig(source: ConfigSource): LabConfig {
  try {
    return resolve(source);
  } catch (error) {
    throw withNextStep(source, error);
  }
}

/** An error as it is shown: that of a setting with its next step, any other one as it is. */
export function withNextStep(source: ConfigSource, error: unknown): unknown {
  if (!(error instanceof SettingError)) return error;
  const { fault } = error;
  const isRefused = (values: Readonly<Record<string, string>>): boolean => {
    try {
      resolve(withOwnValues(source, values));
      return false;
    } catch (other) {
      return !(other instanceof SettingError) || other.fault.key === fault.key;
    }
  };
  return new SettingError(fault, nextStep(originOf(source), fault, isRefused));
}

/** Where the project's own settings come from. */
export const originOf = (source: ConfigSource): Origin => ({
  stack: source.stack,
  values: ownValues(source),
  given: source.given,
});

/** The same source with other values of the project's own keys. */
export function withOwnValues(source: ConfigSource, values: Readonly<Record<string, string>>): ConfigSource {
  const prefix = `${source.project}:`;
  const others = Object.entries(source.values).filter(([key]) => !key.startsWith(prefix));
  const own = Object.entries(values).map(([key, value]) => [prefix + key, value] as const);
  return { ...source, values: Object.fromEntries([...others, ...own]) };
}

function resolve(source: ConfigSource): LabConfig {
  const { stack } = source;
  const values = ownValues(source);
  const experimentName = experimentNameOf(stack, values);
  const experiment = findExperiment(experimentName);
  if (!experiment) {
    const names = experimentNames();
    throw wrongValue("experiment", experimentName, names.join(", "), names);
  }
  const schema = stackSettings(stack, rememberedProfile(source.env));
  rejectUnknownKeys(values, [
    "experiment",
    ...Object.keys({ ...schema.properties, ...experiment.settings.properties }),
  ]);
  const settings = parseSettings(experiment.settings, values);
  const conflict = experiment.conflict?.(settings);
  if (conflict) throw conflictError(conflict);
  const { registry, registryUsername, registryPassword, ...own } = parseSettings(schema, values);
  const encrypted = source.secretKeys?.includes(`${source.project}:registryPassword`) ?? false;
  return {
    ...own,
    context: own.context ?? own.profile,
    registry: registryOf({ registry, registryUsername, registryPassword }, { stack, encrypted, env: source.env }),
    stack,
    experimentName,
    experiment,
    settings,
    baseContext: baseContext(source.env),
  };
}

/** The experiment that a stack deploys under its own config keys: the one of its name unless config names another one. */
export const experimentNameOf = (stack: string, values: Readonly<Record<string, string>>): string =>
  values.experiment ?? (findExperiment(stack) ? stack : "pod");

/** The project's own keys, without their namespace. Keys of other namespaces belong to Pulumi or to a provider. */
function ownValues({ project, values }: ConfigSource): Record<string, string> {
  const prefix = `${project}:`;
  const own = Object.entries(values).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function rejectUnknownKeys(values: Record<string, string>, allowed: string[]): void {
  const unknown = Object.keys(values).find((key) => !allowed.includes(key));
  if (unknown === undefined) return;
  throw new SettingError({
    key: unknown,
    what: `no such key, allowed: ${allowed.sort().join(", ")}`,
    isUnknownKey: true,
    typed: unknown,
    candidates: allowed,
  });
}

/**
 * The minikube profile for stacks whose config names none: the one that `bin/lab` remembers and hands on, or else minikube's own
 * default.
 * @throws {UserError} where the variable holds no name.
 */
export function rememberedProfile({ ONLINE_INFERENCE_PROFILE: name }: ConfigSource["env"]): string {
  if (!name) return MINIKUBES_PROFILE;
  if (new RegExp(PROFILE_PATTERN).test(name)) return name;
  throw new UserError(
    `environment ONLINE_INFERENCE_PROFILE: got ${JSON.stringify(name)}, allowed: the name of a minikube profile. ` +
      `Take the value that "bin/lab env" prints, or unset it.`,
  );
}

function baseContext(env: ConfigSource["env"]): string | undefined {
  const path = env.ONLINE_INFERENCE_BASE_CONTEXT;
  if (!path) return undefined;
  if (isAbsolute(path)) return path;
  throw new UserError(
    `environment ONLINE_INFERENCE_BASE_CONTEXT: got ${JSON.stringify(path)}, allowed: an absolute path of a folder ` +
      `with a Dockerfile. Take the value that "bin/lab env" prints, or unset it to build on config baseImage.`,
  );
}
