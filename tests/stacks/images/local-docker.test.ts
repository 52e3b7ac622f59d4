import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { localDocker } from "../../../stacks/images/local-docker.ts";

const desktop = "/home/me/.docker/run/docker.sock";

const local = (
  env: Record<string, string>,
  sockets: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
) =>
  localDocker({
    ...{ env, home: "/home/me", read: (path) => files[path] },
    exists: (path) => sockets.includes(path) || path in files,
  });

/** The files that docker 28 itself wrote for contexts of these names, with the sums of the names as folders. */
const contexts = "/home/me/.docker/contexts";
const IDS = {
  colima: "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16",
  build: "44575cf5b28512d75644bf54a517dcef304ff809fd511747621b4d64f19aac66",
  far: "512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868",
};
const HOSTS = {
  colima: "unix:///Users/me/.colima/default/docker.sock",
  build: "tcp://build:2376",
  far: "ssh://me@build",
};
const written = (current: string): Readonly<Record<string, string>> => ({
  "/home/me/.docker/config.json": `{\n\t"auths": {},\n\t"currentContext": "${current}"\n}`,
  ...Object.fromEntries(
    (["colima", "build", "far"] as const).map((name) => [
      `${contexts}/meta/${IDS[name]}/meta.json`,
      `{"Name":"${name}","Metadata":{},"Endpoints":{"docker":{"Host":"${HOSTS[name]}","SkipTLSVerify":false}}}`,
    ]),
  ),
  ...Object.fromEntries(["ca", "cert", "key"].map((file) => [`${contexts}/tls/${IDS.build}/docker/${file}.pem`, ""])),
});

test("docker's own socket, or the one of Docker Desktop where there is one", () => {
  expect(local({})).toEqual({ host: "unix:///var/run/docker.sock" });
  expect(local({ DOCKER_HOST: "" }, [desktop])).toEqual({ host: `unix://${desktop}` });
});

test("DOCKER_HOST goes first, with the certificates that docker's own command would take", () => {
  expect(local({ DOCKER_HOST: "unix:///run/user/1000/docker.sock" }, [desktop])).toEqual({
    host: "unix:///run/user/1000/docker.sock",
  });
  expect(local({ DOCKER_HOST: "tcp://build:2375" })).toEqual({ host: "tcp://build:2375" });
  expect(local({ DOCKER_HOST: "tcp://build:2376", DOCKER_TLS_VERIFY: "1" })).toEqual({
    host: "tcp://build:2376",
    certPath: "/home/me/.docker",
  });
  expect(local({ DOCKER_HOST: "tcp://build:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" })).toEqual({
    host: "tcp://build:2376",
    certPath: "/certs",
  });
});

test.each(["ssh://me@build", "npipe:////./pipe/docker_engine", "unix://", "build:2375", "tcp://build:2375/path"])(
  "%s is refused",
  (host) => {
    expect(() => local({ DOCKER_HOST: host })).toThrow(UserError);
    expect(() => local({ DOCKER_HOST: host })).toThrow(
      `environment DOCKER_HOST: got "${host}", allowed: unix:///path or tcp://host:port.`,
    );
  },
);

test("the current context of the docker command, as colima, OrbStack and rootless docker set it", () => {
  expect(local({}, [], written("colima"))).toEqual({ host: HOSTS.colima });
  expect(local({}, [desktop], written("colima"))).toEqual({ host: HOSTS.colima });
  expect(local({}, [desktop], written("default"))).toEqual({ host: `unix://${desktop}` });
});

test("DOCKER_HOST goes before a context, DOCKER_CONTEXT before the current one, and an empty one is none", () => {
  const files = written("colima");
  expect(local({ DOCKER_CONTEXT: "build", DOCKER_HOST: "unix:///x" }, [], files)).toEqual({ host: "unix:///x" });
  expect(local({ DOCKER_CONTEXT: "build" }, [], files)).toEqual({
    host: HOSTS.build,
    certPath: `${contexts}/tls/${IDS.build}/docker`,
  });
  expect(local({ DOCKER_CONTEXT: "default" }, [], files)).toEqual({ host: "unix:///var/run/docker.sock" });
  expect(local({ DOCKER_CONTEXT: "" }, [], files)).toEqual({ host: HOSTS.colima });
});

test("DOCKER_CONFIG is where the contexts are", () => {
  const moved = Object.entries(written("colima")).map(([path, text]) => [
    path.replace("/home/me/.docker", "/cfg"),
    text,
  ]);
  expect(local({ DOCKER_CONFIG: "/cfg" }, [], Object.fromEntries(moved))).toEqual({ host: HOSTS.colima });
});

test("a context that cannot be used is refused by its name", () => {
  expect(() => local({}, [], written("far"))).toThrow(
    'docker context far: got "ssh://me@build", allowed: unix:///path or tcp://host:port. Choose one: docker context ls',
  );
  expect(() => local({ DOCKER_CONTEXT: "gone" }, [], written("colima"))).toThrow(
    'docker context: got "gone", which is not in /home/me/.docker. Choose one: docker context ls, docker context use NAME',
  );
  const path = `${contexts}/meta/${IDS.build}/meta.json`;
  const unchecked = { ...written("build"), [path]: written("")[path]?.replace("false", "true") ?? "" };
  expect(() => local({}, [], unchecked)).toThrow("docker context build: got a daemon whose certificate nobody checks");
});

test("a rootless daemon without a context has its socket in the user's folder", () => {
  const rootless = "/run/user/1000/docker.sock";
  const env = { XDG_RUNTIME_DIR: "/run/user/1000" };
  expect(local(env, [rootless])).toEqual({ host: `unix://${rootless}` });
  expect(local(env, [rootless, "/var/run/docker.sock"])).toEqual({ host: "unix:///var/run/docker.sock" });
  expect(local(env)).toEqual({ host: "unix:///var/run/docker.sock" });
});

test("a config of docker's that is damaged names no context", () => {
  const damaged = { "/home/me/.docker/config.json": '{"currentContext": 5' };
  expect(local({}, [], damaged)).toEqual({ host: "unix:///var/run/docker.sock" });
});
