import Type, { type Static } from "typebox";
import { UserError } from "../../common/user-error.ts";
import { wrongValue } from "../settings/parse.ts";

const HOST = "(localhost|[a-z0-9-]+(\\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(:[0-9]{1,5})?";
const PATH = "(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*";
const ADDRESS = new RegExp(`^${HOST}${PATH}$`);

/** Config keys of publishing. None has a default; without `registry` nothing is pushed. */
export const registrySettings = Type.Object({
  registry: Type.Optional(
    Type.String({ description: "Where images are pushed to: host[:port][/path] without a scheme" }),
  ),
  registryUsername: Type.Optional(Type.String({ pattern: "^[^\\s:]+$", description: "Who pushes and pulls" })),
  registryPassword: Type.Optional(
    Type.String({
      minLength: 1,
      description: "Password or access token, a secret: pulumi config set --stack NAME --secret registryPassword",
    }),
  ),
});

/** Values of `registrySettings`. */
export type RegistryValues = {
  readonly [Key in keyof Static<typeof registrySettings>]-?: string | undefined;
};

/** A registry that images are pushed to and pods pull from. */
export type Registry = {
  /** The beginning of image names: `host[:port][/path]`. */
  readonly address: string;
  readonly credentials?: { readonly username: string; readonly password: string };
};

/** How the config values are kept, as far as the program knows. */
export type Keeping = {
  readonly stack: string;
  /** Whether Pulumi keeps the password encrypted. */
  readonly encrypted: boolean;
  /** The program's environment; Pulumi encrypts with the passphrase in it, if there is one. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * The registry that images are pushed to; undefined if they are not pushed.
 * @throws {UserError} if no image name can begin with the address, if only half of the credentials is given, or if others could
 * read the password.
 */
export function registryOf(values: RegistryValues, keeping: Keeping): Registry | undefined {
  const { registry: address, registryUsername: username, registryPassword: password } = values;
  const { stack } = keeping;
  if (password !== undefined) requireKeptSecret(keeping);
  if (address === undefined) {
    const [stray] = Object.keys(values).filter((key) => values[key as keyof typeof values] !== undefined);
    if (stray === undefined) return undefined;
    throw new UserError(
      `config ${stray}: got a value without registry, allowed: both or neither. Set it: pulumi config set --stack ` +
        `${stack} registry <host>, or remove the other: pulumi config rm --stack ${stack} ${stray}`,
    );
  }
  if (!ADDRESS.test(address)) {
    const examples = "such as docker.io/<user> or 127.0.0.1:5000";
    throw wrongValue("registry", address, `host[:port][/path] in lower case and without a scheme, ${examples}`);
  }
  if (username !== undefined && password !== undefined) return { address, credentials: { username, password } };
  if (username === undefined && password === undefined) return { address };
  const missing = password === undefined ? "--secret registryPassword" : "registryUsername <user>";
  throw new UserError(
    `config ${password === undefined ? "registryUsername" : "registryPassword"}: got only half of the credentials, allowed: ` +
      `registryUsername and registryPassword, or neither. Set the other: pulumi config set --stack ${stack} ${missing}`,
  );
}

function requireKeptSecret({ stack, encrypted, env }: Keeping): void {
  if (!encrypted) {
    throw new UserError(
      `config registryPassword: got plain text, allowed: a secret. Put a new password in its place, as this one stands ` +
        `readable in the stack's file: pulumi config set --stack ${stack} --secret registryPassword`,
    );
  }
  // The committed stack files are made for the empty passphrase. If the variable is unset, Pulumi has asked for a passphrase, or
  // keeps secrets elsewhere.
  if (env.PULUMI_CONFIG_PASSPHRASE === "") {
    throw new UserError(
      `config registryPassword: got a secret under the empty passphrase, which everybody knows, allowed: a passphrase of ` +
        `your own. Choose one: pulumi stack change-secrets-provider passphrase --stack ${stack}, then export ` +
        `PULUMI_CONFIG_PASSPHRASE and set the password once more: pulumi config set --stack ${stack} --secret registryPassword`,
    );
  }
}

/** Host and port of a registry, by which docker keeps credentials. */
export const hostOf = ({ address }: Registry): string => address.split("/")[0] ?? address;

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** The key under which clients look for a registry's credentials; Docker Hub has a special one. */
export const credentialsKey = (registry: Registry): string =>
  DOCKER_HUB.has(hostOf(registry)) ? "https://index.docker.io/v1/" : hostOf(registry);

/** Content of a docker config file with the registry's credentials, in base64; undefined if it needs none. */
export function dockerConfig(registry: Registry): string | undefined {
  if (!registry.credentials) return undefined;
  const { username, password } = registry.credentials;
  const auth = base64(`${username}:${password}`);
  return base64(JSON.stringify({ auths: { [credentialsKey(registry)]: { username, password, auth } } }));
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
