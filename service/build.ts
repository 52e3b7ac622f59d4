import { existsSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BINDING, bundle } from "./bundle.ts";
import { RELEASES, type Release } from "./releases.ts";
import { readCard } from "./src/card.ts";
import type { Card } from "./src/card-schema.ts";
import { DOCS_ASSETS, docsAssetsDir } from "./src/routes/docs.ts";
import { type Files, type Sources, syncFolder } from "./sync-folder.ts";

const ARCHITECTURES = ["x64", "arm64"] as const;

/** An architecture that an image can be built for, by Node's name for it. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** What to build, and the folder that becomes the docker build context. */
export interface ContextOptions {
  readonly release: Release;
  readonly arch: Architecture;
  readonly outDir: string;
  /** Folder of a model of one's own, with model.onnx and card.json; in it a folder of the release's name goes before. */
  readonly modelDir?: string | undefined;
  /** Gives the service's bundle: by `make`, or as an earlier call for the same sources has kept it. */
  readonly keep?: (make: () => Promise<Files>) => Promise<Files>;
  /** Gives what `find` finds out of files, or as an earlier call for unchanged files has kept it. */
  readonly facts?: (question: string, files: readonly string[], find: () => Promise<string>) => Promise<string>;
}

const SERVICE_DIR = import.meta.dirname;
const MODEL_DIR = join(SERVICE_DIR, "model");
const ORT_LIBRARY = "libonnxruntime.so.1";

/**
 * Makes `outDir` a complete docker build context: the Dockerfile, and `app/` as it lies in the image. The same sources
 * give the same bytes and modes, unchanged files are not touched, and two processes may do it at once.
 * @throws {ModelError} when `modelDir` has no model that can be served.
 * @throws {Error} when the release or the architecture is unknown, or the service does not bundle.
 */
export async function buildContext(options: ContextOptions): Promise<void> {
  const { release, arch, outDir, modelDir, keep, facts = (_question, _files, find) => find() } = options;
  requireOneOf("release", release, RELEASES);
  requireOneOf("architecture", arch, ARCHITECTURES);
  const files = await contextFiles(release, arch, modelDir, keep);
  await syncFolder(outDir, files, async (one, other, compare) => {
    const same = await facts("same content", [one, other], async () => String(await compare()));
    return same === "true";
  });
}

function requireOneOf(what: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new Error(`Unknown ${what} ${JSON.stringify(value)}; allowed: ${allowed.join(", ")}.`);
}

async function contextFiles(
  release: Release,
  arch: Architecture,
  modelDir: string | undefined,
  keep: ContextOptions["keep"] = (make) => make(),
): Promise<Sources> {
  const model = modelDir === undefined ? await releasedModel(release) : await ownModel(release, modelDir);
  const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const native = join(ort, "bin", "napi-v6", "linux", arch);
  const sources: Record<string, string> = {
    Dockerfile: join(SERVICE_DIR, "Dockerfile"),
    [`app/lib/${BINDING}`]: join(native, BINDING),
    [`app/lib/${ORT_LIBRARY}`]: join(native, ORT_LIBRARY),
  };
  for (const name of DOCS_ASSETS) sources[`app/docs/${name}`] = join(docsAssetsDir(), name);

  const [modules] = await Promise.all([
    keep(() => bundle(SERVICE_DIR)),
    // What is missing is told before anything is touched.
    ...Object.values(sources).map((source) => access(source)),
  ]);
  const files = new Map<string, Uint8Array | string>(Object.entries(sources));
  for (const [name, content] of [...model, ...modules]) files.set(`app/${name}`, content);
  return files;
}

async function releasedModel(release: Release): Promise<Files> {
  const card = join(MODEL_DIR, `${release}.json`);
  const model = join(MODEL_DIR, String(readCard(card).onnx?.file));
  return new Map([
    ["model.onnx", await readFile(model)],
    ["card.json", await readFile(card)],
  ]);
}

/** A folder that has no model that can be served. */
export class ModelError extends Error {}

/**
 * The card in a folder of a model of one's own, with the release's name, and where it lies: in the folder of that name, if
 * there is one.
 * @throws {ModelError} when it is no card that can be served.
 */
export function ownCard(release: Release, modelDir: string): { readonly folder: string; readonly card: Card } {
  const ofRelease = join(modelDir, release);
  const folder = existsSync(join(ofRelease, "card.json")) ? ofRelease : modelDir;
  try {
    return { folder, card: { ...readCard(join(folder, "card.json")), release } };
  } catch (cause) {
    throw new ModelError((cause as Error).message, { cause });
  }
}

/** The model of a folder, whose card is given the release's name. */
async function ownModel(release: Release, modelDir: string): Promise<Files> {
  const { folder, card } = ownCard(release, modelDir);
  try {
    return new Map([
      ["model.onnx", await readFile(join(folder, "model.onnx"))],
      ["card.json", Buffer.from(`${JSON.stringify(card, null, 2)}\n`)],
    ]);
  } catch (cause) {
    throw new ModelError((cause as Error).message, { cause });
  }
}
