import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTunnel } from "../../../cli/stack/tunnel.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

/** A minikube whose `service` command is a script; what it writes into the file `told` can be read. */
async function minikubeThat(body: string) {
  const folder = await scratchFolder();
  const [minikube, told] = [join(folder, "minikube"), join(folder, "told")];
  await writeFile(minikube, `#!/bin/sh\ntold=${told}\n${body}\n`);
  await chmod(minikube, 0o755);
  const target = { minikube, profile: "lab2", namespace: "online-inference-pod", service: "online-inference" };
  return { target, told: () => readFile(told, "utf8") };
}

/** As minikube on macOS: the command is the tunnel, says so, and ends after Ctrl-C alone. */
const living = `
trap 'echo interrupted >> $told; exit 0' INT
echo "$*" > $told
echo http://127.0.0.1:41234
echo '! Because you are using a Docker driver on darwin, the terminal needs to be open to run it.' >&2
while :; do sleep 0.05; done`;

test("a tunnel lives until it is disposed of, and ends by Ctrl-C", async () => {
  const { target, told } = await minikubeThat(living);
  const tunnel = await openTunnel(target);
  expect(tunnel?.url).toBe("http://127.0.0.1:41234");
  expect(await told()).toBe("service online-inference -n online-inference-pod -p lab2 --url\n");
  await tunnel?.[Symbol.asyncDispose]();
  expect(await told()).toContain("interrupted");
});

test("an address for which no tunnel is needed is one as well", async () => {
  const { target } = await minikubeThat("echo http://192.168.39.7:30050");
  await using tunnel = await openTunnel(target);
  expect(tunnel?.url).toBe("http://192.168.39.7:30050");
});

test.each([
  ["fails", "echo 'X Exiting due to SVC_NOT_FOUND' >&2; exit 115"],
  ["says nothing", "trap '' INT; while :; do sleep 0.05; done"],
])("there is none where minikube %s", async (_how, body) => {
  const { target } = await minikubeThat(body);
  expect(await openTunnel(target, { urlWithinMs: 300, endWithinMs: 100 })).toBeUndefined();
});
