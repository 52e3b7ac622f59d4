import { expect, it } from "vitest";
import { credentialsKey, parseReference, requireRegistry } from "../../../setup/docker-provider/reference.ts";

it.each([
  ["app", undefined, "app", "latest"],
  ["user/app:1", undefined, "user/app", "1"],
  ["localhost/app", "localhost", "localhost/app", "latest"],
  ["127.0.0.1:5000/a/b-c:v1.2_3", "127.0.0.1:5000", "127.0.0.1:5000/a/b-c", "v1.2_3"],
  ["docker.io/user/app:1", "docker.io", "docker.io/user/app", "1"],
])("takes %s apart", (name, domain, repository, tag) => {
  expect(parseReference(name)).toEqual({ domain, repository, tag });
});

it.each(["", "App", "a//b", "a:", "a:b c", "host:5000/", "-a", "a/:1"])("refuses %j", (name) => {
  expect(() => parseReference(name)).toThrow(`Image name "${name}" is not valid`);
});

it("wants a registry in the name of what is pushed", () => {
  expect(requireRegistry("host:5000/app")).toBe("host:5000");
  expect(() => requireRegistry("user/app")).toThrow("write docker.io/repository/image:tag");
});

it.each([
  ["host:5000", "host:5000"],
  ["https://host:5000/v2/", "host:5000"],
  ["docker.io", "https://index.docker.io/v1/"],
  ["registry-1.docker.io", "https://index.docker.io/v1/"],
  ["https://index.docker.io/v1/", "https://index.docker.io/v1/"],
])("keeps the credentials of %s under %s", (server, key) => {
  expect(credentialsKey(server)).toBe(key);
});
