import { posix } from "node:path";
import { UserError } from "./errors.ts";
import { type Bag, isBag, type Value } from "./properties.ts";

/** The inputs of an image, with the defaults filled in. */
export interface ImageInputs {
  imageName: string;
  skipPush: boolean;
  buildOnPreview: boolean;
  registry: Registry;
  build: Build;
}

/** The program's registry; fields that it does not give are empty. */
interface Registry {
  server: string;
  username: string;
  password: string;
}

/** How to build; paths are relative to the program's folder. */
export interface Build {
  context: string;
  dockerfile: string;
  args: Record<string, string>;
  builder: "classic" | "buildkit";
  platform: string;
  target: string;
  network: string;
  addHosts: string[];
  cacheFrom: string[];
}

/**
 * Reads plain inputs that are all known.
 * @throws {UserError} that names the property of a wrong type.
 */
export function readInputs(inputs: Bag): ImageInputs {
  return {
    imageName: text(inputs, "imageName"),
    skipPush: flag(inputs, "skipPush"),
    buildOnPreview: flag(inputs, "buildOnPreview"),
    registry: readRegistry(object(inputs, "registry")),
    build: readBuild(object(inputs, "build")),
  };
}

function readRegistry(registry: Bag): Registry {
  const read = (key: string) => text(registry, key, "registry.");
  return { server: read("server"), username: read("username"), password: read("password") };
}

function readBuild(build: Bag): Build {
  const read = (key: string) => text(build, key, "build.");
  const context = read("context") || ".";
  const args = object(build, "args", "build.");
  return {
    context,
    dockerfile: read("dockerfile") || posix.join(context, "Dockerfile"),
    args: Object.fromEntries(Object.keys(args).map((key) => [key, text(args, key, "build.args.")])),
    builder: readBuilder(read("builderVersion")),
    platform: read("platform"),
    target: read("target"),
    network: read("network"),
    addHosts: texts(build, "addHosts", "build."),
    cacheFrom: texts(object(build, "cacheFrom", "build."), "images", "build.cacheFrom."),
  };
}

function readBuilder(version: string): Build["builder"] {
  if (version === "" || version === "BuilderBuildKit") return "buildkit";
  if (version === "BuilderV1") return "classic";
  throw new UserError(`build.builderVersion is "${version}"; it must be BuilderBuildKit (the default) or BuilderV1`);
}

function wrong(path: string, value: Value, expected: string): UserError {
  // The value may be a secret, so the message says its type alone.
  const got = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  return new UserError(`${path} is ${got}; it must be ${expected}`);
}

function text(bag: Bag, key: string, prefix = ""): string {
  const value = bag[key] ?? "";
  if (typeof value !== "string") throw wrong(prefix + key, value, "a string");
  return value;
}

function flag(bag: Bag, key: string): boolean {
  const value = bag[key] ?? false;
  if (typeof value !== "boolean") throw wrong(key, value, "true or false");
  return value;
}

function object(bag: Bag, key: string, prefix = ""): Bag {
  const value = bag[key] ?? {};
  if (!isBag(value)) throw wrong(prefix + key, value, "an object");
  return value;
}

function texts(bag: Bag, key: string, prefix = ""): string[] {
  const value = bag[key] ?? [];
  if (!Array.isArray(value)) throw wrong(prefix + key, value, "a list of strings");
  return value.map((item) => {
    if (typeof item !== "string") throw wrong(prefix + key, value, "a list of strings");
    return item;
  });
}
