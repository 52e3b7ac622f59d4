import { UserError } from "../../common/user-error.ts";
import type { Outside } from "../machine/outside.ts";

/** Whether everything, a cluster included, can be made from source here. */
export async function canBuildFromSource(outside: Outside): Promise<boolean> {
  return outside.platform === "linux" && outside.isRoot && (await outside.which("apt-get")) !== undefined;
}

/** Throws before any long build that could not end in a cluster; `what` is to be made from source. */
export async function requireSourceBuild(outside: Outside, what: string): Promise<void> {
  if (await canBuildFromSource(outside)) return;
  throw new UserError(
    `${what} can be made from source only by root on Debian or Ubuntu (here: ${outside.platform}, ` +
      `${outside.isRoot ? "root" : "not root"}), and official downloads cannot be reached. ` +
      "By hand: install minikube, kubectl and Pulumi, run minikube start --container-runtime=docker where there is internet access, " +
      "then the same command again.",
  );
}
