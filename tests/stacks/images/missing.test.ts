import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import type { DockerQuestion } from "../../../stacks/images/docker.ts";
import { isMissing } from "../../../stacks/images/missing.ts";

const daemon = { host: "tcp://192.168.49.2:2376", certPath: "/certs" };
// In base64 this password contains a plus and a slash, and the whole login ends with padding.
const registry = { address: "127.0.0.1:5000/team", credentials: { username: "alice", password: "a>>b??>>c??d" } };
const name = "online-inference:v1-0123456789ab";
const pushed = `${registry.address}/${name}`;

/** A daemon that answers like docker 20.10 and keeps the requests. */
function answering(status: number, message = "") {
  const asked: DockerQuestion[] = [];
  const ask = async (_endpoint: unknown, question: DockerQuestion) => {
    asked.push(question);
    return { status, body: status === 200 ? { Id: "sha256:ab" } : { message } };
  };
  return { asked, ask };
}

test("the daemon has the image, or says that it has none of that name", async () => {
  const { asked, ask } = answering(200);
  expect(await isMissing(name, daemon, undefined, ask)).toBe(false);
  expect(asked).toEqual([{ path: `/images/${name}/json`, timeoutMs: 10_000 }]);
  const gone = answering(404, `no such image: ${name}: No such image: ${name}`);
  expect(await isMissing(name, daemon, undefined, gone.ask)).toBe(true);
});

test("a daemon in trouble is no reason to build, nor to go on", async () => {
  const { ask } = answering(500, "open /var/lib/docker: input/output error");
  const found = isMissing(name, daemon, undefined, ask);
  await expect(found).rejects.toThrow(UserError);
  await expect(found).rejects.toThrow(`${daemon.host} does not tell whether it has ${name} (status 500: open /var/`);
  const hung = isMissing(name, daemon, undefined, () => Promise.reject(new Error("no answer within 10 s")));
  await expect(hung).rejects.toThrow(/\(no answer within 10 s\)\. Run pulumi again/);
});

test("what was pushed is looked for in the registry, by the daemon and with the stack's credentials", async () => {
  const { asked, ask } = answering(200);
  expect(await isMissing(pushed, daemon, registry, ask)).toBe(false);
  const { path, headers } = asked[0] as DockerQuestion;
  expect(path).toBe(`/distribution/${pushed}/json`);
  const login = headers?.["x-registry-auth"] ?? "";
  expect(login).toMatch(/^[\w-]+=+$/);
  expect(login.length % 4).toBe(0);
  expect(login).toMatch(/-.*_|_.*-/);
  expect(JSON.parse(Buffer.from(login, "base64url").toString())).toEqual({
    ...registry.credentials,
    serveraddress: "127.0.0.1:5000",
  });
  expect(await isMissing(pushed, daemon, registry, answering(404, "manifest unknown: manifest unknown").ask)).toBe(
    true,
  );
});

test("a registry without credentials is asked without", async () => {
  const { asked, ask } = answering(200);
  await isMissing(pushed, daemon, { address: registry.address }, ask);
  expect(asked[0]).not.toHaveProperty("headers");
});

test.each([
  [500, `Head "http://127.0.0.1:5000/v2/team/online-inference/manifests/v1-0123456789ab": no basic auth credentials`],
  [429, "toomanyrequests: You have reached your pull rate limit"],
  [500, 'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused'],
])("a registry that does not tell (%i) is no reason to build", async (status, message) => {
  expect(await isMissing(pushed, daemon, registry, answering(status, message).ask)).toBe(false);
});

test("nor is a daemon that waits for the registry in vain", async () => {
  expect(await isMissing(pushed, daemon, registry, () => Promise.reject(new Error("no answer within 20 s")))).toBe(
    false,
  );
});
