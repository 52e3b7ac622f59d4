import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import type { AskDocker, DockerQuestion } from "../../../stacks/images/docker.ts";
import { requireLogin } from "../../../stacks/images/login.ts";
import type { Registry } from "../../../stacks/images/registry.ts";

const registry: Registry = {
  address: "127.0.0.1:5000/team",
  credentials: { username: "alice", password: "hunter22" },
};
const anonymous: Registry = { address: registry.address };
const from = { host: "tcp://192.168.49.2:2376", certPath: "/certs", inNode: true, stack: "dev" };

/** A daemon that gives one answer to every request; the messages are docker's own. */
function daemon(status: number, message?: string) {
  const questions: DockerQuestion[] = [];
  const ask: AskDocker = async (_, question) => {
    questions.push(question);
    if (status === 0) throw new Error(message);
    return { status, body: message === undefined ? { Status: "Login Succeeded" } : { message } };
  };
  return { questions, ask };
}

async function refusal(ask: AskDocker, asked = registry, place = from): Promise<string> {
  const login = requireLogin(asked, place, ask);
  await expect(login).rejects.toThrow(UserError);
  const { message } = await login.then(
    () => new Error(),
    (error: Error) => error,
  );
  expect(message).not.toMatch(/\n|hunter22/);
  return message;
}

test("the building daemon itself logs in", async () => {
  const { ask, questions } = daemon(200);
  await requireLogin(registry, from, ask);
  const body = { username: "alice", password: "hunter22", serveraddress: "127.0.0.1:5000" };
  expect(questions).toEqual([{ path: "/auth", body, timeoutMs: 20_000 }]);
});

test.each([
  [500, "login attempt to http://127.0.0.1:5000/v2/ failed with status: 401 Unauthorized"],
  [401, "Get https://registry-1.docker.io/v2/: unauthorized: incorrect username or password"],
  [500, "Get https://ghcr.io/v2/: denied: denied"],
])("credentials that the registry refuses, by status %i", async (status, reason) => {
  expect(await refusal(daemon(status, reason).ask)).toBe(
    `registry 127.0.0.1:5000 refuses the credentials of alice (${reason}). Set the right ones: pulumi config set --stack ` +
      "dev registryUsername <user>, and pulumi config set --stack dev --secret registryPassword",
  );
});

test("no credentials are nobody's mistake: the machine's own login may serve", async () => {
  const reason = 'Get "http://127.0.0.1:5000/v2/": no basic auth credentials';
  await expect(requireLogin(anonymous, from, daemon(500, reason).ask)).resolves.toBeUndefined();
});

test.each([
  [500, 'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused'],
  [500, 'Get "https://nosuch.invalid/v2/": dial tcp: lookup nosuch.invalid: no such host'],
  [500, 'Get "https://registry:5000/v2/": http: server gave HTTP response to HTTPS client'],
  [0, "no answer within 20 s"],
])("a registry that cannot be reached, by status %i", async (status, reason) => {
  for (const asked of [registry, anonymous]) {
    expect(await refusal(daemon(status, reason).ask, asked)).toBe(
      "registry 127.0.0.1:5000 cannot be reached from the docker that pushes, in minikube's node, where localhost is the " +
        `node itself (${reason}). Start it, or set another: pulumi config set --stack dev registry <host[:port][/path]>. ` +
        "To end the stack without it: pulumi destroy --stack dev",
    );
  }
  const elsewhere = { host: "unix:///var/run/docker.sock", inNode: false, stack: "dev" };
  expect(await refusal(daemon(status, reason).ask, registry, elsewhere as typeof from)).toContain(
    "from the docker that pushes, at unix:///var/run/docker.sock (",
  );
});
