import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** Pulumi's SDK, or its runtime, by the name that a program imports. */
const NAME = /^@pulumi\/pulumi(?:\/runtime)?$/;
/** The two files that such names mean. */
const INDEX = /[\\/]@pulumi[\\/]pulumi[\\/](?:runtime[\\/])?index\.js$/;

/** What an index imports only to pass it on, and how it does: as a whole, or function by function. */
const LATER: ReadonlyMap<string, "whole" | "functions"> = new Map([
  ["./automation", "whole"],
  ["./dynamic", "whole"],
  ["./closure/serializeClosure", "functions"],
  ["./closure/codePaths", "functions"],
]);

/**
 * Takes the SDK's two index files into the bundle and leaves all that they import in its place, so that the program has the very
 * instance that runs it. What serializes functions is loaded by its first use: with npm's own library and TypeScript it is three
 * quarters of the SDK's modules, and a program without functions in its resources never uses it.
 */
export const pulumiSdk: Plugin = {
  name: "pulumi-sdk",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: NAME }, ({ path, resolveDir }) => ({
      path: createRequire(join(resolveDir, "any.js")).resolve(path),
    }));
    onResolve({ filter: /^\.\// }, ({ path, importer }) => {
      if (!INDEX.test(importer)) return undefined;
      const found = createRequire(importer).resolve(path);
      const kind = LATER.get(path);
      if (kind) return { path: found, namespace: "later", pluginData: kind };
      return { path: found, external: !INDEX.test(found) };
    });
    onLoad({ filter: /.*/, namespace: "later" }, ({ path, pluginData: kind }) => {
      const taken = kind === "functions" ? "(...args)=>load()[name](...args)" : "load()[name]";
      const load = `const load=()=>require(${JSON.stringify(path)});`;
      return { contents: `${load}module.exports=new Proxy({},{get:(_,name)=>name==="__esModule"||(${taken})});` };
    });
    onResolve({ filter: /.*/, namespace: "later" }, ({ path }) => ({ path, external: true }));
  },
};
