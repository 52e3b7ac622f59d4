import { findContext } from "./context.ts";
import { allCredentials, credentialsFor } from "./credentials.ts";
import type { Daemon } from "./daemon.ts";
import { messageOf, UserError } from "./errors.ts";
import type { ImageInputs } from "./inputs.ts";
import { failureText, followMessages } from "./messages.ts";
import { openSession, type Session } from "./session.ts";
import { type Tarball, tarContext } from "./tarball.ts";

/** The effects of building and pushing. */
export interface Tools {
  daemon: Daemon;
  programDir: string;
  env: NodeJS.ProcessEnv;
  /** Aborted when the user cancels. */
  signal: AbortSignal;
  /** Shows a line of the daemon's log until the next one comes. */
  status(line: string): void;
  /** Shows a warning that stays on the screen. */
  warn(text: string): void;
}

/** A built image. */
export interface Built {
  /** The Dockerfile's path relative to the context. */
  dockerfile: string;
  /** The image's id in the daemon, `sha256:…`. */
  id: string;
}

/**
 * Builds an image in the daemon.
 * @throws {UserError} with the end of the daemon's log if the build fails.
 */
export async function buildImage(image: ImageInputs, tools: Tools): Promise<Built> {
  try {
    return await attempt(image, tools);
  } catch (error) {
    // On an overloaded machine BuildKit was seen to lose a build that did not start within seconds: build again.
    if (!/no such job/.test(messageOf(error))) throw error;
    tools.status("The daemon lost sight of the build; building again");
    return attempt(image, tools);
  }
}

async function attempt(image: ImageInputs, tools: Tools): Promise<Built> {
  const { daemon, signal } = tools;
  const context = await findContext(image.build, tools.programDir);
  const tarball = await tarContext(context);
  if (tarball.keptBuildFile && image.build.builder === "buildkit") tools.warn(KEPT_BUILD_FILE);
  let session: Session | undefined;
  const abort = () => tarball.stream.destroy(new Error("cancelled"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    tools.status(`Building ${image.imageName} on ${daemon.host}`);
    if (image.build.builder === "buildkit") session = await openSession(daemon, credentialsFor(image, tools.env));
    await run(image, tools, tarball, session);
    return {
      dockerfile: context.dockerfileInContext,
      id: (await daemon.docker.getImage(image.imageName).inspect()).Id,
    };
  } catch (error) {
    if (signal.aborted) throw new UserError(`Building ${image.imageName} was cancelled`);
    throw daemon.explain(error);
  } finally {
    signal.removeEventListener("abort", abort);
    tarball.stream.destroy();
    session?.close();
  }
}

const KEPT_BUILD_FILE =
  "The .dockerignore file excludes the Dockerfile or itself. Both were sent all the same, since the daemon needs them: " +
  "mind that a COPY of the whole context takes them into the image";

async function run(image: ImageInputs, tools: Tools, tarball: Tarball, session: Session | undefined): Promise<void> {
  const answer = await tools.daemon.request({
    path: "/build?",
    body: tarball.stream,
    signal: tools.signal,
    query: { ...buildQuery(image, tarball.dockerfile), ...(session ? { version: 2, session: session.id } : {}) },
    ...(session ? {} : { registryConfig: await allCredentials(image, tools.env) }),
  });
  const followed = await followMessages(answer, tools.status);
  if (followed.error !== undefined) throw new UserError(failureText(`Building ${image.imageName} failed`, followed));
}

/** The query of the daemon's build endpoint, without options that are not set. */
export function buildQuery({ imageName, build }: ImageInputs, dockerfile: string): Record<string, string | string[]> {
  const query = {
    t: imageName,
    dockerfile,
    // Without these the classic builder leaves its intermediate containers behind.
    rm: "1",
    forcerm: "1",
    buildargs: Object.keys(build.args).length > 0 ? JSON.stringify(build.args) : "",
    cachefrom: build.cacheFrom.length > 0 ? JSON.stringify(build.cacheFrom) : "",
    platform: build.platform,
    target: build.target,
    networkmode: build.network,
    extrahosts: build.addHosts,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value.length > 0));
}
