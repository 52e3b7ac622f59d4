import type { KeptFacts } from "../../start/kept-fact.ts";
import { findContext } from "./context.ts";
import { contextDigest } from "./digest.ts";
import { readInputs } from "./inputs.ts";
import { type Bag, hasSecret, hasUnknown, isBag, mapInside, plain, plainBag, secret, UNKNOWN } from "./properties.ts";
import { requireRegistry } from "./reference.ts";

/** The machine on which the program runs. */
export interface Host {
  /** Folder that relative paths start from. */
  programDir: string;
  /** Architecture in Go's words, for example `amd64`. */
  architecture: string;
  /** Keeps what it finds out of large files; without it they are read each time. */
  facts?: KeptFacts;
}

/**
 * Checks a program's inputs and adds two that follow from them: `build.contextDigest`, which turns a changed file into a diff,
 * and `build.platform`. Secrets stay marked as secret, and a password is always marked.
 * @throws {UserError} for inputs that cannot work.
 */
export async function checkInputs(inputs: Bag, host: Host): Promise<Bag> {
  const { build = {}, registry, ...rest } = dropNulls(inputs);
  const bare = plainBag(inputs);
  const digest = await digestOf(bare, host);
  const checked: Bag = {
    ...rest,
    build: mapInside(build, (known) => ({
      ...known,
      contextDigest: digest,
      platform: known.platform ?? `linux/${host.architecture}`,
    })),
  };
  if (registry !== undefined) checked.registry = hasSecret(registry) ? registry : mapInside(registry, hidePassword);
  return checked;
}

async function digestOf(bare: Bag, host: Host): Promise<string> {
  const known = knownPart(bare);
  const inputs = readInputs(known);
  if (inputs.build.cacheFrom.length > 0 || !inputs.skipPush) {
    for (const name of [inputs.imageName, ...inputs.build.cacheFrom]) if (name !== "") requireRegistry(name);
  }
  const build = isBag(bare.build) ? bare.build : {};
  const unknownPlace = [bare.build, build.context, build.dockerfile].some((value) => value === UNKNOWN);
  return unknownPlace ? UNKNOWN : contextDigest(await findContext(inputs.build, host.programDir), host.facts);
}

/** The inputs that are known at preview; the others are checked when the update runs. */
function knownPart(bag: Bag): Bag {
  const entries = Object.entries(bag).flatMap(([key, value]): [string, Bag[string]][] => {
    if (!hasUnknown(value)) return [[key, value]];
    return isBag(value) ? [[key, knownPart(value)]] : [];
  });
  return Object.fromEntries(entries);
}

function dropNulls(bag: Bag): Bag {
  return Object.fromEntries(Object.entries(bag).filter(([, value]) => plain(value) !== null));
}

function hidePassword(registry: Bag): Bag {
  return registry.password == null ? registry : { ...registry, password: secret(registry.password) };
}
