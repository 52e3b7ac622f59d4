import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { ensureEntry } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { ensureSystemPackages } from "../machine/system-packages.ts";

/**
 * Makes the build context of the service's base image from Debian's packages and the Node.js that runs this, for a machine that
 * reaches no image registry. Returns the context's folder.
 */
export async function ensureBaseImage(outside: Outside, paths: Paths, report: Report): Promise<string> {
  const sources = join(paths.project, "setup", "cluster", "base-image");
  if (outside.platform !== "linux" || !(await outside.which("apt-get"))) {
    throw new UserError(
      `no image registry can be reached to pull the service's base image, and making one needs Debian's packages (here: ${outside.platform}). ` +
        "By hand: load an image with Node.js 24 into minikube (minikube image load NAME), then say that nothing is made here, and " +
        "name it: ONLINE_INFERENCE_SOURCE=download bin/lab up pod --baseImage NAME",
    );
  }
  const texts = await Promise.all(
    ["Dockerfile", "build-rootfs.sh"].map((name) => readFile(join(sources, name), "utf8")),
  );
  const make = async (scratch: string) => {
    const out = join(scratch, "out");
    await ensureSystemPackages(outside, { strip: "binutils" }, report);
    await report.during("making the service's base image from Debian packages", 5, async () => {
      await mkdir(out, { recursive: true });
      const args = [join(scratch, "work"), process.execPath, join(out, "rootfs.tar")];
      const result = await outside.run(join(sources, "build-rootfs.sh"), args);
      if (result.exitCode !== 0)
        throw new UserError(`making the base image failed: ${result.stderr.trim().split("\n").slice(-3).join(" ")}`);
      await copyFile(join(sources, "Dockerfile"), join(out, "Dockerfile"));
    });
    return out;
  };
  return ensureEntry(
    join(paths.cache, "built"),
    { name: "base-image", inputs: [process.version, outside.arch, ...texts], make },
    report.note,
  );
}
