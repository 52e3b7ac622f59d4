import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { ensureEntry } from "../machine/cache.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { ensureSystemPackages } from "../machine/system-packages.ts";
import type { GoBuilder } from "../tools/from-source.ts";
import { buildTool } from "../tools/tools.ts";
import { lacksSysResource } from "./docker.ts";

/** The root file systems of minikube's node and of kube-proxy, made on a machine that reaches no image registry. */
export interface RootFileSystems {
  /** Build context of the image that minikube runs as its node. */
  readonly node: string;
  /** Root file system of the kube-proxy image, as a tar file. */
  readonly kubeProxy: string;
  /** A hash of all inputs: it changes whenever the content may have changed. */
  readonly key: string;
}

/** The keys with which debootstrap checks Debian's packages; Ubuntu ships them in a separate package. */
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const ownFiles = [
  "Dockerfile",
  "build-rootfs.sh",
  "cri-docker.service",
  "cri-docker.socket",
  "entrypoint",
  "packages.txt",
  "sshd.conf",
];

/** Makes the root file systems, or finds them in the cache. It needs root and Debian's packages. */
export async function ensureRootFileSystems(
  paths: Paths,
  builder: GoBuilder,
  report: Report,
): Promise<RootFileSystems> {
  const { outside } = builder;
  const sources = join(paths.project, "setup", "cluster", "node-image");
  const binaries = {
    shim: (await lacksSysResource()) ? join(await buildTool(builder, "oci-shim", report), "oci-shim") : "-",
    criDockerd: join(await buildTool(builder, "cri-dockerd", report), "cri-dockerd"),
    crictl: join(await buildTool(builder, "crictl", report), "crictl"),
    kubeProxy: join(await buildTool(builder, "kubernetes", report), "kube-proxy"),
  };
  const texts = await Promise.all(ownFiles.map((name) => readFile(join(sources, name), "utf8")));
  const make = async (scratch: string) => {
    await ensureSystemPackages(outside, { debootstrap: "debootstrap", [keyring]: "debian-archive-keyring" }, report);
    const out = join(scratch, "out");
    const { shim, criDockerd, crictl, kubeProxy } = binaries;
    const args = [join(scratch, "work"), out, shim, criDockerd, crictl, kubeProxy];
    await report.during("making root file systems from Debian packages", 120, async () => {
      const result = await outside.run(join(sources, "build-rootfs.sh"), args);
      if (result.exitCode !== 0) {
        const tail = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-6).join("\n");
        throw new UserError(`making the root file systems failed.\n${tail}\nRun the same command again to go on.`);
      }
    });
    await copyFile(join(sources, "Dockerfile"), join(out, "node", "Dockerfile"));
    return out;
  };
  const inputs = [...Object.values(binaries).map(withoutCache), ...texts];
  const folder = await ensureEntry(
    join(paths.cache, "built"),
    { name: "root-file-systems", inputs, make },
    report.note,
  );
  return {
    node: join(folder, "node"),
    kubeProxy: join(folder, "kube-proxy.tar"),
    key: folder.slice(folder.lastIndexOf("-") + 1),
  };

  function withoutCache(path: string): string {
    return path.replace(paths.cache, "");
  }
}
