import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar-stream";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bag, plainBag, secret, UNKNOWN } from "../../../setup/docker-provider/properties.ts";
import { copyPrograms, makeFolder, put } from "./folder.ts";
import { type Plugin, startPlugin } from "./plugin.ts";
import { config, docker, hasImage, removeImages } from "./target.ts";

const UPDATE = 4;
const label = `docker-provider-test=${randomUUID()}`;
const from = `FROM scratch\nLABEL ${label}\n`;

let folder: string;
let plugin: Plugin;
let image: Bag;

beforeEach(async () => {
  folder = await makeFolder({
    "app/Dockerfile": `${from}COPY . /\n`,
    "app/.dockerignore": "*.log\n",
    "app/main.js": "console.log(1)\n",
    "app/run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
    "app/link": { link: "main.js" },
    "app/debug.log": "noise\n",
  });
  plugin = await startPlugin(folder);
  await plugin.configure(config);
  const imageName = `docker-provider-test-${randomUUID()}:v1`;
  image = { imageName, skipPush: true, buildOnPreview: false, build: { context: "app" } };
});

afterEach(async () => {
  await plugin.stop();
  await rm(folder, { recursive: true });
});

afterAll(() => removeImages(label));

/** Creates the image from checked inputs, like `pulumi up`. */
async function create(): Promise<{ id: string; outputs: Bag; inputs: Bag }> {
  const inputs = await plugin.check(image);
  return { ...(await plugin.create(inputs)), inputs };
}

describe("create", () => {
  it.each(["BuilderBuildKit", "BuilderV1"])("builds by %s and gives the official plugin's outputs", async (builder) => {
    image.build = { context: "app", builderVersion: builder, platform: "linux/amd64" };
    const { id, outputs, inputs } = await create();
    const name = image.imageName as string;
    const { Id } = await docker.getImage(name).inspect();
    expect(id).toBe(name);
    expect(outputs).toEqual({
      dockerfile: "Dockerfile",
      context: "app",
      baseImageName: name,
      imageName: name,
      registryServer: "",
      platform: "linux/amd64",
      repoDigest: Id,
      __inputs: secret(inputs),
    });
  });

  it("sends files with their modes and links as links, and nothing that is ignored", async () => {
    await create();
    const files = await filesOf(image.imageName as string, "/");
    expect(files).toMatchObject({
      "main.js": { type: "file", mode: 0o644 },
      "run.sh": { type: "file", mode: 0o755 },
      link: { type: "symlink", linkname: "main.js" },
    });
    expect(files).not.toHaveProperty("debug.log");
  });

  it("takes a Dockerfile from outside of the context", async () => {
    await put(folder, "other/Dockerfile", `${from}COPY main.js /\n`);
    image.build = { context: "app", dockerfile: "other/Dockerfile" };
    const { outputs } = await create();
    expect(outputs.dockerfile).toBe("../other/Dockerfile");
    expect(await hasImage(image.imageName as string)).toBe(true);
  });

  it("gives secret build arguments to the build and to nobody else", async () => {
    await put(folder, "app/Dockerfile", `${from}ARG TOKEN\nLABEL token=$TOKEN\n`);
    image.build = { context: "app", args: { TOKEN: secret("open-sesame") } };
    const { outputs, inputs } = await create();
    const { Config } = await docker.getImage(image.imageName as string).inspect();
    expect(Config.Labels.token).toBe("open-sesame");
    expect(inputs.build).toMatchObject({ args: { TOKEN: secret("open-sesame") } });
    const { __inputs, ...shown } = outputs;
    expect(JSON.stringify([shown, plugin.messages, plugin.printed()])).not.toContain("open-sesame");
  });
});

describe("a second run", () => {
  it("changes nothing if nothing changed", async () => {
    const { outputs } = await create();
    expect(await plugin.diff(outputs, await plugin.check(image))).toEqual({ changed: false, kinds: {}, replaces: [] });
  });

  it("updates in place after a change of one file, and the daemon has the new image", async () => {
    const { outputs } = await create();
    await put(folder, "app/main.js", "console.log(2)\n");
    const news = await plugin.check(image);
    expect(await plugin.diff(outputs, news)).toEqual({ changed: true, kinds: { build: UPDATE }, replaces: [] });
    const updated = await plugin.update(outputs, news);
    expect(updated.repoDigest).toBe((await docker.getImage(image.imageName as string).inspect()).Id);
    expect(updated.repoDigest).not.toBe(outputs.repoDigest);
  });

  it("sees a renamed file", async () => {
    const { outputs } = await create();
    await rename(join(folder, "app/main.js"), join(folder, "app/index.js"));
    expect((await plugin.diff(outputs, await plugin.check(image))).changed).toBe(true);
  });

  it("does not see a change of an ignored file", async () => {
    const { outputs } = await create();
    await put(folder, "app/debug.log", "more noise\n");
    expect((await plugin.diff(outputs, await plugin.check(image))).changed).toBe(false);
  });

  it("updates in place after a change of tag", async () => {
    const { outputs } = await create();
    image.imageName = (image.imageName as string).replace(":v1", ":v2");
    const news = await plugin.check(image);
    expect(await plugin.diff(outputs, news)).toEqual({ changed: true, kinds: { imageName: UPDATE }, replaces: [] });
    await plugin.update(outputs, news);
    expect(await hasImage(image.imageName)).toBe(true);
  });

  it("reads the state as it is and leaves the image where it is when deleted", async () => {
    const { id, outputs } = await create();
    expect(await plugin.read(id, outputs)).toEqual(outputs);
    await plugin.delete(id, outputs);
    expect(await hasImage(id)).toBe(true);
  });
});

describe("a failing build", () => {
  it.each(["BuilderBuildKit", "BuilderV1"])("shows the log of %s", async (builder) => {
    await copyPrograms(join(folder, "app/root"), ["/bin/sh"]);
    await put(folder, "app/Dockerfile", `${from}COPY root /\nRUN ["/bin/sh", "-c", "echo compiling; exit 3"]\n`);
    image.build = { context: "app", builderVersion: builder };
    const failure = create();
    await expect(failure).rejects.toThrow(/failed: .*(exit code|non-zero code): 3/);
    await expect(failure).rejects.toThrow("  | compiling");
    expect(await hasImage(image.imageName as string)).toBe(false);
    expect(plugin.messages).toContainEqual({ severity: 1, text: "compiling", ephemeral: true });
  });

  it("names a missing Dockerfile and the one that may be meant", async () => {
    image.build = { context: "app", dockerfile: "Dockerfile" };
    await expect(create()).rejects.toThrow('Try setting `dockerfile` to "app/Dockerfile"');
    image.build = { context: "app", dockerfile: "app/Nothing" };
    await expect(create()).rejects.toThrow("could not open dockerfile at app/Nothing");
  });

  it("stops when Pulumi cancels", async () => {
    await copyPrograms(join(folder, "app/root"), ["/bin/sh", "/bin/sleep"]);
    await put(folder, "app/Dockerfile", `${from}COPY root /\nRUN ["/bin/sh", "-c", "echo asleep; sleep 600"]\n`);
    const failure = expect(create()).rejects.toThrow("was cancelled");
    await plugin.told(/^asleep$/);
    await plugin.cancel();
    await failure;
    expect(await hasImage(image.imageName as string)).toBe(false);
  });
});

describe("preview", () => {
  it("gives the inputs back and builds nothing", async () => {
    const inputs = await plugin.check(image);
    const { outputs } = await plugin.create(inputs, true);
    expect(outputs).toEqual(inputs);
    expect(await plugin.update({}, inputs, true)).toEqual(inputs);
    expect(await hasImage(image.imageName as string)).toBe(false);
  });

  it("builds if the program asks for it, unless something is unknown", async () => {
    image.buildOnPreview = true;
    const known = await plugin.check(image);
    image.build = { context: "app", args: { VERSION: UNKNOWN } };
    const inputs = await plugin.check(image);
    expect((await plugin.create(inputs, true)).outputs).toEqual(inputs);
    expect(await hasImage(image.imageName as string)).toBe(false);
    const { outputs } = await plugin.create(known, true);
    expect(plainBag(outputs).repoDigest).toMatch(/^sha256:/);
    expect(await hasImage(image.imageName as string)).toBe(true);
  });
});

/** The files of an image below a folder, read from a container that is never started. */
async function filesOf(name: string, folder: string): Promise<Record<string, object>> {
  const container = await docker.createContainer({ Image: name, Cmd: ["/never-run"] });
  try {
    const files: Record<string, object> = {};
    const archive = (await container.getArchive({ path: folder })).pipe(extract() as never) as ReturnType<
      typeof extract
    >;
    for await (const entry of archive) {
      const { name: path, type, mode, linkname } = entry.header;
      // docker's mode contains the file's type as well.
      files[path.replace(/^\.?\//, "")] = { type, mode: mode & 0o7777, linkname };
      entry.resume();
    }
    return files;
  } finally {
    await container.remove();
  }
}
