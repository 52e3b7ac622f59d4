import { createDecipheriv, pbkdf2 } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../common/user-error.ts";
import type { Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";

/*
 * Settings of the user's own, for other work, on which the lab would fail later and in words that do not name them.
 */

type Files = Pick<Outside, "read">;

/** What is wrong with the passphrase that the user has set, for a stack; undefined where nothing is. */
export async function passphraseProblem(
  outside: Files,
  { project }: Pick<Paths, "project">,
  stack: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  const passphrase = env.PULUMI_CONFIG_PASSPHRASE ?? (file ? ((await outside.read(file)) ?? "").trim() : "");
  const text = await outside.read(join(project, `Pulumi.${stack}.yaml`));
  const salt = /^encryptionsalt: *(\S+)/m.exec(text ?? "")?.[1];
  // To try a passphrase takes a second, so none is tried that nobody set.
  if (passphrase === "" || salt === undefined || (await opens(salt, passphrase))) return undefined;
  const variable =
    env.PULUMI_CONFIG_PASSPHRASE === undefined ? "PULUMI_CONFIG_PASSPHRASE_FILE" : "PULUMI_CONFIG_PASSPHRASE";
  const next = (await opens(salt, ""))
    ? "which is made for the empty one. For one command alone: PULUMI_CONFIG_PASSPHRASE= before it; for this shell: export PULUMI_CONFIG_PASSPHRASE="
    : "which is made for another one. Set that";
  return `environment ${variable}: it holds a passphrase that does not open Pulumi.${stack}.yaml, ${next}`;
}

const KEY_BYTES = 32;
/** The rounds of Pulumi's passphrase secrets. */
const ROUNDS = 1_000_000;
/** The text that Pulumi encrypts into a stack's file, to know the passphrase again. */
const KNOWN_TEXT = "pulumi";
const TAG_BYTES = 16;

/** Whether a passphrase is that of a stack's file; its salt is `v1:<salt>:v1:<nonce>:<AES-256-GCM of a known text, and its tag>`. */
async function opens(encryptionSalt: string, passphrase: string): Promise<boolean> {
  const [, salt = "", , nonce = "", sealed = ""] = encryptionSalt.split(":");
  const bytes = (text: string) => Buffer.from(text, "base64");
  const key = await promisify(pbkdf2)(passphrase, bytes(salt), ROUNDS, KEY_BYTES, "sha256");
  const cut = bytes(sealed).length - TAG_BYTES;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce)).setAuthTag(bytes(sealed).subarray(cut));
    return decipher.update(bytes(sealed).subarray(0, cut), undefined, "utf8") + decipher.final("utf8") === KNOWN_TEXT;
  } catch {
    return false;
  }
}

/**
 * What is wrong with docker's own config: a helper for credentials that is not there, as Docker Desktop leaves one behind. Pulumi's
 * official docker plugin asks it before every build. Undefined where nothing is wrong.
 */
export async function credentialsProblem(
  outside: Files & Pick<Outside, "which">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const file = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker"), "config.json");
  const text = (await outside.read(file)) ?? "";
  for (const [index, line] of text.split("\n").entries()) {
    const helper = /"credsStore"\s*:\s*"([^"]+)"/.exec(line)?.[1];
    if (helper === undefined || (await outside.which(`docker-credential-${helper}`))) continue;
    return (
      `${file}, line ${index + 1}: "credsStore" names ${helper}, and there is no docker-credential-${helper} on the PATH, so that ` +
      "Pulumi's docker plugin fails at every build. Take that line out, or install the helper"
    );
  }
  return undefined;
}

/**
 * Makes sure that a stack's file opens, before anything long begins.
 * @throws {UserError} that names the variable and the way out.
 */
export async function requirePassphrase(
  outside: Files,
  paths: Pick<Paths, "project">,
  stacks: readonly string[],
): Promise<void> {
  for (const stack of stacks) {
    const problem = await passphraseProblem(outside, paths, stack);
    if (problem !== undefined) throw new UserError(problem);
  }
}
