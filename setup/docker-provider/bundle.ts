import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/** Leaves ssh2 out of the bundle, which needs a native module. It is never called: hosts by ssh:// are refused before. */
const withoutSsh: Plugin = {
  name: "without-ssh",
  setup(bundler) {
    bundler.onResolve({ filter: /^ssh2$/ }, ({ path }) => ({ path, namespace: "without-ssh" }));
    bundler.onLoad({ filter: /.*/, namespace: "without-ssh" }, () => ({ contents: "exports.Client = undefined;" }));
  },
};

/** The rooms that the plugin imports from, and what npm says of the packages that it has installed. */
const FOLDERS = ["setup/docker-provider", "common", "start"];
const INSTALLED = "node_modules/.package-lock.json";

/** Paths of all files that decide what the bundle is, and of some that do not. */
export async function sourcesOfPlugin(): Promise<readonly string[]> {
  const project = dirname(dirname(import.meta.dirname));
  const sources = FOLDERS.map(async (folder) => {
    const names = await readdir(join(project, folder));
    return names.filter((name) => name.endsWith(".ts")).map((name) => join(project, folder, name));
  });
  return [...(await Promise.all(sources)).flat().sort(), join(project, INSTALLED)];
}

/** The text of the plugin and all its imports as one CommonJS file; equal sources give equal texts. */
export async function bundlePlugin(): Promise<string> {
  const [file] = (await pluginBundle()).outputFiles;
  if (file === undefined) throw new Error("esbuild wrote no bundle of the docker provider");
  return file.text;
}

/** Bundles the plugin; tells what went into the bundle as well. */
export async function pluginBundle() {
  // The bundler takes long to load, so it is loaded only to make a bundle.
  const { build } = await import("esbuild");
  return build({
    metafile: true,
    entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "none",
    logLevel: "silent",
    // The bundle's comments would name the folder of this checkout.
    minifyWhitespace: true,
    plugins: [withoutSsh],
  });
}
