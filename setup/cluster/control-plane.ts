import { copyFile, link, mkdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { ensureEntry } from "../machine/cache.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import type { GoBuilder, GoToolName } from "../tools/from-source.ts";
import { pins } from "../tools/pins.ts";
import { buildTool } from "../tools/tools.ts";
import type { RootFileSystems } from "./root-file-systems.ts";

const nodeBinaries = ["kubeadm", "kubelet", "kubectl"] as const;

/**
 * Fills minikube's cache with images and binaries of a Kubernetes that was built from source, so that `minikube start`
 * downloads nothing. The running docker daemon makes the images; they are removed from it afterwards.
 */
export async function ensureControlPlane(
  paths: Paths,
  builder: GoBuilder,
  fileSystems: RootFileSystems,
  report: Report,
): Promise<void> {
  const tools: GoToolName[] = ["kubernetes", "etcd", "coredns", "pause"];
  const folders = new Map<GoToolName, string>();
  for (const tool of tools) folders.set(tool, await buildTool(builder, tool, report));
  const kubernetes = folders.get("kubernetes") ?? "";
  const make = async (scratch: string) => {
    await report.during("packing the control-plane images", 15, async () => {
      for (const image of await imageNames(builder, kubernetes)) await packImage(image, scratch);
    });
    return undefined;
  };
  const inputs = [pins.kubernetes, fileSystems.key, ...[...folders.values()].map((folder) => basename(folder))];
  const images = await ensureEntry(join(paths.cache, "built"), { name: "control-plane", inputs, make }, report.note);

  const cache = join(paths.minikubeHome, "cache");
  const arch = builder.outside.arch === "arm64" ? "arm64" : "amd64";
  for (const name of nodeBinaries) {
    await share(join(kubernetes, name), join(cache, "linux", arch, `v${pins.kubernetes}`, name));
  }
  for (const image of await imageNames(builder, kubernetes)) {
    await share(join(images, fileName(image)), join(cache, "images", arch, fileName(image)));
  }

  async function packImage(image: string, target: string): Promise<void> {
    const name = basename(image).split(":")[0] ?? "";
    const fromTool = tools.find((tool) => tool === name);
    const command = `/usr/local/bin/${name}`;
    const changes = [
      "--change",
      `ENTRYPOINT ["${command}"]`,
      "--change",
      "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
    const file = join(target, fileName(image));
    await mkdir(dirname(file), { recursive: true });
    const rootFileSystem = name === "kube-proxy" ? fileSystems.kubeProxy : join(target, `${name}.tar`);
    if (name !== "kube-proxy") {
      const binary = join((fromTool && folders.get(fromTool)) ?? kubernetes, name);
      // An image holds one program, and the two folders that these programs write to.
      const staged = join(target, `${name}.staged`);
      await rm(staged, { recursive: true, force: true });
      await mkdir(join(staged, "usr", "local", "bin"), { recursive: true });
      await mkdir(join(staged, "etc"));
      await mkdir(join(staged, "tmp"));
      await copyFile(binary, join(staged, command));
      await docker("tar", ["-C", staged, "--numeric-owner", "--owner=0", "--group=0", "-cf", rootFileSystem, "."]);
      await rm(staged, { recursive: true });
    }
    await docker("docker", ["import", ...changes, rootFileSystem, image]);
    await docker("docker", ["save", "-o", file, image]);
    await docker("docker", ["image", "rm", image]);
    if (name !== "kube-proxy") await rm(rootFileSystem);
  }

  async function docker(file: string, args: readonly string[]): Promise<void> {
    const result = await builder.outside.run(file, args);
    if (result.exitCode !== 0) throw new UserError(`packing the control-plane images failed: ${result.stderr.trim()}`);
  }
}

/** The names of the images that kubeadm asks for in this Kubernetes version. */
async function imageNames(builder: GoBuilder, kubernetes: string): Promise<string[]> {
  const result = await builder.outside.run(join(kubernetes, "kubeadm"), [
    "config",
    "images",
    "list",
    "--kubernetes-version",
    `v${pins.kubernetes}`,
  ]);
  if (result.exitCode !== 0) throw new UserError(`kubeadm does not run: ${result.stderr.trim()}`);
  return result.stdout.trim().split("\n");
}

function fileName(image: string): string {
  return image.replaceAll(":", "_");
}

/** Puts a file into minikube's cache: as a hard link if the file system allows it, else as a copy. */
async function share(source: string, target: string): Promise<void> {
  const [wanted, present] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  if (present?.size === wanted.size && present.mtimeMs === wanted.mtimeMs) return;
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  await link(source, target).catch(() => copyFile(source, target));
}
