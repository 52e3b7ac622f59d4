import { expect, test } from "vitest";
import { withHostDocker } from "../../../setup/cluster/host-docker.ts";

test("a docker daemon that the user chose stays chosen", () => {
  const env = { PATH: "/bin", DOCKER_HOST: "ssh://build" };
  expect(withHostDocker(env)).toBe(env);
});

test("minikube's own daemon gives way to the one that was chosen before", () => {
  const env = {
    PATH: "/bin",
    DOCKER_HOST: "tcp://192.168.49.2:2376",
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: "/certs",
    MINIKUBE_ACTIVE_DOCKERD: "minikube",
    MINIKUBE_EXISTING_DOCKER_HOST: "ssh://build",
    MINIKUBE_EXISTING_DOCKER_CERT_PATH: "",
  };
  expect(withHostDocker(env)).toEqual({
    PATH: "/bin",
    DOCKER_HOST: "ssh://build",
    MINIKUBE_EXISTING_DOCKER_HOST: "ssh://build",
    MINIKUBE_EXISTING_DOCKER_CERT_PATH: "",
  });
});
