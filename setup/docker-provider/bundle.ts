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

/** Bundles the plugin and all its imports into the text of one CommonJS file; equal sources give equal texts. */
export async function bundlePlugin(): Promise<string> {
  // The bundler takes long to load, so it is loaded only to make a bundle.
  const { build } = await import("esbuild");
  const result = await build({
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
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild wrote no bundle of the docker provider");
  return file.text;
}
