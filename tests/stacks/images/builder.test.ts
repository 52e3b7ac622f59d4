import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { type BuilderEffects, type BuilderRequest, findBuilder } from "../../../stacks/images/builder.ts";

const request: BuilderRequest = { stack: "rolling", profile: "minikube", context: "minikube", registry: undefined };
const registry = { address: "docker.io/alice" };
const node = { host: "tcp://192.168.49.2:2376", certPath: "/certs" };
const local = { host: "unix:///var/run/docker.sock" };

/** A machine with docker, and with a minikube whose node builds if its daemon is given. */
function effects(minikube?: typeof node) {
  const asked: string[] = [];
  const fakes: BuilderEffects = {
    minikubeDocker: async (profile, pushed) => {
      asked.push(`minikube ${profile} ${pushed}`);
      return minikube;
    },
    localDocker: () => local,
    describeDaemon: async ({ host }, { name }) => {
      asked.push(`${name} ${host}`);
      return { arch: "x64" };
    },
  };
  return { asked, fakes };
}

test("minikube's node builds for its own pods, pushed or not", async () => {
  const { asked, fakes } = effects(node);
  expect(await findBuilder(request, fakes)).toEqual({ ...node, arch: "x64", inNode: true });
  expect(asked).toEqual(["minikube minikube false", `docker in minikube ${node.host}`]);
  expect(await findBuilder({ ...request, registry }, fakes)).toMatchObject(node);
});

test("this machine's docker builds for a profile whose node cannot, and for any other context", async () => {
  const several = effects();
  expect(await findBuilder({ ...request, registry }, several.fakes)).toMatchObject({ ...local, inNode: false });
  const { asked, fakes } = effects(node);
  const builder = await findBuilder({ ...request, context: "production", registry }, fakes);
  expect(builder).toEqual({ ...local, arch: "x64", inNode: false });
  expect(asked).toEqual([`docker, which builds what is pushed, ${local.host}`]);
});

test("another context without a registry is refused before anybody is asked", async () => {
  const { asked, fakes } = effects(node);
  const found = findBuilder({ ...request, context: "production" }, fakes);
  await expect(found).rejects.toThrow(UserError);
  await expect(found).rejects.toThrow(
    'config context: got "production" without a registry, allowed: the minikube profile minikube,',
  );
  await expect(found).rejects.toThrow("Set one: pulumi config set --stack rolling registry docker.io/<user>, or");
  await expect(found).rejects.toThrow("bin/lab up rolling --profile <name>");
  expect(asked).toEqual([]);
});
