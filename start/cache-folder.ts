import { homedir } from "node:os";
import { join } from "node:path";

const OWN = "online-inference";

/** The lab's folder for what can be made again; XDG_CACHE_HOME counts, as for other programs. */
export const cacheFolder = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), OWN);
