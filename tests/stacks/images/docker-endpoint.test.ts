import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { localDocker } from "../../../stacks/images/docker.ts";

const desktop = "/home/me/.docker/run/docker.sock";

const local = (env: Record<string, string>, sockets: readonly string[] = []) =>
  localDocker({ env, home: "/home/me", exists: (path) => sockets.includes(path) });

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
