import { rm } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { connectionFrom } from "../../../setup/docker-provider/connection.ts";
import { explainUnreachable } from "../../../setup/docker-provider/daemon.ts";
import { makeFolder } from "./folder.ts";

let folder = "";
afterEach(() => rm(folder || "/nowhere/at/all", { recursive: true, force: true }));
const pems = { "ca.pem": "CA", "cert.pem": "CERT", "key.pem": "KEY" };

describe("a connection", () => {
  it.each([
    ["unix:///run/d.sock", { socketPath: "/run/d.sock" }],
    ["tcp://10.0.0.1:2375", { protocol: "http", host: "10.0.0.1", port: "2375" }],
    ["10.0.0.1:99", { protocol: "http", host: "10.0.0.1", port: "99" }],
    ["tcp://[::1]:99", { protocol: "http", host: "::1", port: "99" }],
    ["http://docker", { protocol: "http", host: "docker", port: "2375" }],
    ["https://docker", { protocol: "https", host: "docker", port: "2376" }],
  ])("to %s", (host, options) => {
    expect(connectionFrom({ host }, {})).toEqual({ host, options, checkDaemon: true });
  });

  it("takes host and certificates from the configuration, then from the environment", async () => {
    folder = await makeFolder(pems);
    const tls = { protocol: "https", host: "here", port: "2376", ca: "CA", cert: "CERT", key: "KEY" };
    const env = { DOCKER_HOST: "tcp://there:1", DOCKER_CERT_PATH: "/nowhere" };
    expect(connectionFrom({ host: "tcp://here:2376", certPath: folder }, env).options).toEqual(tls);
    const fromEnv = { DOCKER_HOST: "tcp://here:2376", DOCKER_CERT_PATH: folder };
    expect(connectionFrom({}, fromEnv).options).toEqual(tls);
  });

  it("prefers certificates given as texts to a folder of the environment", () => {
    const materials = { caMaterial: "1", certMaterial: "2", keyMaterial: "3" };
    const { options } = connectionFrom({ host: "tcp://here:1", ...materials }, { DOCKER_CERT_PATH: "/nowhere" });
    expect(options).toMatchObject({ ca: "1", cert: "2", key: "3", protocol: "https" });
  });

  it.each([
    [{ host: "ssh://user@host" }, "ssh:// is not supported by the stand-in"],
    [{ context: "desktop" }, 'Configuration "docker:context" is not supported by the stand-in'],
    [{ registryAuth: "[{}]" }, "pulumi plugin install resource docker v5.2.0"],
    [{ host: "ftp://x" }, 'docker:host is "ftp://x"; it must be unix://'],
    [{ host: "tcp://x:1", certPath: "/nowhere" }, "Cannot read /nowhere/ca.pem"],
    [{ host: "tcp://x:1", caMaterial: "a" }, "certMaterial, keyMaterial, and caMaterial must all be specified"],
    [{ host: "tcp://x:1", caMaterial: "a", certPath: "b" }, "certPath must not be specified"],
  ])("refuses %j", (config, message) => {
    expect(() => connectionFrom(config, {})).toThrow(message);
  });
});

describe("a daemon that cannot be reached", () => {
  const fail = (code: string, message = "") => Object.assign(new Error(message), { code });
  it.each([
    [fail("ECONNREFUSED"), false, "nothing listens there"],
    [fail("ENOENT"), false, "there is no such socket"],
    [fail("ABORT_ERR"), false, "it does not answer"],
    [fail("DEPTH_ZERO_SELF_SIGNED_CERT"), true, "do not accept each other's certificates"],
    [fail("ECONNRESET", "socket hang up"), true, "do not accept each other's certificates"],
    [fail("ECONNRESET", "socket hang up"), false, "Cannot connect"],
    [fail("", "Client sent an HTTP request to an HTTPS server."), false, "expects TLS"],
  ])("because of %s (TLS: %s)", (error, encrypted, expected) => {
    const text = explainUnreachable("tcp://10.0.0.1:2376", error, encrypted);
    expect(text).toContain("tcp://10.0.0.1:2376");
    expect(text).toContain(expected);
  });
});
