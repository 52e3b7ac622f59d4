import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/** ssh2 wants a native module; hosts by ssh:// are refused long before it would be called. */
const withoutSsh: Plugin = {
  name: "without-ssh",
  setup(bundler) {
    bundler.onResolve({ filter: /^ssh2$/ }, ({ path }) => ({ path, namespace: "without-ssh" }));
    bundler.onLoad({ filter: /.*/, namespace: "without-ssh" }, () => ({ contents: "exports.Client = undefined;" }));
  },
};

/** Bundles the plugin and all that it imports into the text of one CommonJS file; equal sources give equal texts. */
export async function bundlePlugin(): Promise<string> {
  // Only who makes a bundle pays for the bundler.
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
    // Comments of the bundle would name the folder that it was made in.
    minifyWhitespace: true,
    plugins: [withoutSsh],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild wrote no bundle of the docker provider");
  return file.text;
}
