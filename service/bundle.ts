import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import type { Files } from "./sync-folder.ts";

/** The file of the native binding, in a folder `lib` beside the bundle. */
export const BINDING = "onnxruntime_binding.node";

// onnxruntime-node looks for its binding by platform and architecture inside its own package.
const bindingBesideBundle: Plugin = {
  name: "binding-beside-bundle",
  setup({ onLoad, onResolve }) {
    const beside = `./lib/${BINDING}`;
    onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(/`[^`]*onnxruntime_binding\.node`/, JSON.stringify(beside));
      if (contents === source)
        throw new Error(`${path} no longer requires its binding by a template: adapt this plugin.`);
      return { contents, loader: "js" };
    });
    onResolve({ filter: /onnxruntime_binding\.node$/ }, () => ({ path: beside, external: true }));
  },
};

// An import of one of Node's own modules evaluates all that it exports, which loads unused code: 3 MB, such as fetch
// for node:http. A require does not.
const requireOwnModules: Plugin = {
  name: "require-own-modules",
  setup({ onLoad, onResolve }) {
    const namespace = "node";
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace } : undefined,
    );
    onLoad({ filter: /^node:/, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

// The service is a file of its own beside main.mjs, so that signals are handled before it is loaded.
const serverBesideMain: Plugin = {
  name: "server-beside-main",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/server\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./server.mjs", external: true } : undefined,
    );
  },
};

const settings = {
  outdir: ".",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node24",
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"' },
  // Most packages are CommonJS and require Node's own modules; the long name cannot clash with a minified one.
  banner: {
    js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);',
  },
  // A package of the service uses it if it is installed, which depends on what else is installed beside the service.
  external: ["supports-color"],
  plugins: [bindingBesideBundle, requireOwnModules, serverBesideMain],
} satisfies BuildOptions;

/**
 * The whole service as two minified ES modules, `main.mjs` and what it starts, `server.mjs`; the same bytes for the same
 * sources, wherever the checkout lies.
 */
export async function bundle(serviceDir: string): Promise<Files> {
  // Imported here, so that the other users of this module do not load it.
  const { build } = await import("esbuild");
  const entryPoints = ["main", "server"].map((name) => join("src", `${name}.ts`));
  const { outputFiles } = await build({ ...settings, absWorkingDir: serviceDir, entryPoints, write: false });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}

/** Bundles another program by the settings of the service, so that a benchmark compares servers and not bundlers. */
export async function bundleAlike(entryPoint: string, outdir: string): Promise<void> {
  const { build } = await import("esbuild");
  await build({ ...settings, entryPoints: [entryPoint], outdir });
}
