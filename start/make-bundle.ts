import { readFile, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Metafile, Plugin } from "esbuild";
import { putInPlace, scratchBeside } from "./kept-folder.ts";
import { pulumiSdk } from "./pulumi-sdk.ts";

/** What to bundle, and the folder that the bundle becomes. */
export interface BundleRequest {
  readonly name: string;
  /** The source that the program starts from, relative to the checkout. */
  readonly source: string;
  readonly project: string;
  /** An empty folder, or none. */
  readonly folder: string;
  /** Whether the sources are still those that the folder is named by. */
  readonly isCurrent: () => boolean;
}

/**
 * Packages that stay where they are: those with files of their own beside their code, and Pulumi's SDK, of which the program has to
 * have the very instance that runs it. So do CommonJS packages that are imported later.
 */
const LEFT_IN_PLACE = /^(?:esbuild|@resvg\/resvg-js|onnxruntime-node|@pulumi\/pulumi)(?:\/|$)/;

/**
 * Bundles a program with its packages; resolves with what went into it and what came out. The parts that it loads later are files of
 * their own; the folder appears whole, by a rename.
 * @throws {Error} where the sources cannot be bundled, or the folder cannot be put in its place.
 */
export async function makeBundle({ name, source, project, folder, isCurrent }: BundleRequest): Promise<Metafile> {
  const { build } = await import("esbuild");
  const scratch = scratchBeside(folder);
  try {
    const { metafile } = await build({
      metafile: true,
      absWorkingDir: project,
      entryPoints: { [name]: source },
      outdir: scratch,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node24",
      // As Node.js resolves packages; a bundler's own condition would take other files.
      conditions: [],
      minifyWhitespace: true,
      minifySyntax: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "silent",
      // Packages that are CommonJS require Node's own modules.
      banner: {
        js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);',
      },
      plugins: [ownPlace(project), pulumiSdk, leftInPlace],
    });
    if (!isCurrent()) throw new Error("the sources have changed meanwhile");
    putInPlace(scratch, folder);
    return metafile;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Sources find files and packages by their own place, which is not the bundle's. The transform knows code from text: a source may
 * hold `import.meta` in a string, such as that of another bundle.
 */
const ownPlace = (project: string): Plugin => ({
  name: "own-place",
  setup({ onLoad, esbuild: { transform } }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(project)) return undefined;
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta")) return undefined;
      const url = JSON.stringify(pathToFileURL(path).href);
      const { code } = await transform(text, {
        loader: "ts",
        target: "node24",
        define: {
          "import.meta.url": url,
          "import.meta.dirname": JSON.stringify(dirname(path)),
          "import.meta.filename": JSON.stringify(path),
          "import.meta.resolve": "resolveFromOwnPlace",
        },
      });
      return { contents: code.includes("resolveFromOwnPlace") ? `${resolver(url)}\n${code}` : code, loader: "js" };
    });
  },
});

/** What `import.meta.resolve` does, from the place of a source; its own second argument needs a flag of Node.js. */
const resolver = (url: string): string =>
  'import{createRequire as requireFrom}from"node:module";import{pathToFileURL as urlOf}from"node:url";' +
  `const resolveFromOwnPlace=(name)=>urlOf(requireFrom(${url}).resolve(name)).href;`;

const leftInPlace: Plugin = {
  name: "left-in-place",
  setup({ onResolve, resolve }) {
    // Names of packages alone: a source is imported by its path.
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === leftInPlace || (!LEFT_IN_PLACE.test(path) && kind !== "dynamic-import")) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: leftInPlace });
      if (found.errors.length > 0) return { errors: found.errors };
      if (found.external || (!LEFT_IN_PLACE.test(path) && !(await isCommonJs(found.path)))) return undefined;
      // The bundle lies outside of the checkout, so a name alone would not be found from there.
      const isRequired = kind === "require-call" || kind === "require-resolve";
      return { path: isRequired ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/** Whether Node.js takes a file for CommonJS. Bundled, the import of such a package would have lost all its exports but the default one. */
async function isCommonJs(file: string): Promise<boolean> {
  if (extname(file) !== ".js") return extname(file) === ".cjs";
  const described = findPackageJSON(pathToFileURL(file));
  return described === undefined || JSON.parse(await readFile(described, "utf8")).type !== "module";
}
