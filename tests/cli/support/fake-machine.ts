import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { scratchFolder } from "../../setup/support/scratch.ts";

const lab = fileURLToPath(new URL("../../../cli/lab.ts", import.meta.url));

/** The programs of a machine by their names, as the bodies of shell scripts; `$*` is what they are asked. */
export type Programs = Readonly<Record<string, string>>;

/** What of a machine's own settings the lab writes down. */
export type Written = { readonly home: string; readonly cache: string };

/**
 * A machine with a home of its own, on which programs are scripts that write down how they are called, and the lab that runs on
 * it. Programs of this machine come after them on the PATH.
 */
export async function fakeMachine(programs: Programs, env: Readonly<Record<string, string>> = {}) {
  const folder = await scratchFolder();
  const [bin, trace] = [join(folder, "bin"), join(folder, "trace")];
  const written: Written = {
    home: join(folder, ".local", "state", "online-inference"),
    cache: join(folder, ".cache", "online-inference"),
  };
  await mkdir(bin);
  for (const [name, body] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "${trace}"\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const runWith = (more: Readonly<Record<string, string>>, ...args: string[]) =>
    execa(process.execPath, [lab, ...args], {
      reject: false,
      extendEnv: false,
      env: { HOME: folder, MINIKUBE_HOME: folder, PATH: [bin, process.env.PATH].join(delimiter), ...env, ...more },
    });
  return {
    folder,
    ...written,
    runWith,
    run: (...args: string[]) => runWith({}, ...args),
    /** Every call of a program, in order. */
    started: async () => (await readFile(trace, "utf8").catch(() => "")).split("\n").filter(Boolean),
    /** Writes what set-up decided. */
    setUp: async (state: object, where: string = written.home) => {
      await mkdir(where, { recursive: true });
      await writeFile(join(where, "machine.json"), JSON.stringify(state));
    },
    remembered: async () => JSON.parse(await readFile(join(written.home, "machine.json"), "utf8")) as object,
  };
}

/** `minikube`, as far as it lists profiles; `more` is the body for everything else. */
export const minikubeWith = (profiles: readonly object[], more = "exit 1"): string => `
case "$*" in
  "version --short") echo v1.38.1 ;;
  "profile list"*) cat <<'JSON'
${JSON.stringify({ invalid: [], valid: profiles })}
JSON
  ;;
  *) ${more} ;;
esac`;

/** A profile as `minikube profile list --output json` prints it. */
export const listedProfile = (
  name: string,
  config: Readonly<Record<string, unknown>> = {},
  { runtime = "docker", status = "OK" }: { readonly runtime?: string; readonly status?: string } = {},
) => ({
  Name: name,
  Status: status,
  Config: {
    Name: name,
    Driver: "docker",
    KicBaseImage: "gcr.io/k8s-minikube/kicbase:v0.0.47",
    ExposedPorts: [],
    Nodes: [{ Name: "", IP: "192.168.49.2", Port: 8443, ControlPlane: true, Worker: true }],
    KubernetesConfig: { ContainerRuntime: runtime, KubernetesVersion: "v1.33.13" },
    ...config,
  },
});

/** `pulumi` with stacks of which none is up. */
export const idlePulumi = `
case "$*" in
  version) echo v3.250.0 ;;
  "stack ls --json") echo '[{"name":"pod","resourceCount":0}]' ;;
  "stack export"*) echo '{"version":3,"deployment":{}}' ;;
  *) exit 1 ;;
esac`;
