import { fileURLToPath } from "node:url";

/** Bundles the load program and all that it imports into the text of one CommonJS file. */
export async function bundleLoad(): Promise<string> {
  // esbuild is slow to load, so only a call that makes a bundle loads it.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("program.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    legalComments: "none",
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild gave no bundle of the load program.");
  return file.text;
}
