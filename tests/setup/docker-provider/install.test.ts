import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pluginBundle } from "../../../setup/docker-provider/bundle.ts";
import { installDockerProvider } from "../../../setup/docker-provider/install.ts";
import type { KeptFacts } from "../../../start/kept-fact.ts";
import { makeFolder } from "./folder.ts";
import { startPlugin } from "./plugin.ts";

let pluginsDir: string;
const install = (options = {}) =>
  installDockerProvider({ pluginsDir, nodePath: process.execPath, version: "5.2.0", ...options });

beforeEach(async () => {
  pluginsDir = join(await makeFolder({}), "plugins");
});
afterEach(() => rm(join(pluginsDir, ".."), { recursive: true }));

describe("the installed plugin", () => {
  it("lies where Pulumi looks, and nothing else does", async () => {
    const folder = await install();
    expect(folder).toBe(join(pluginsDir, "resource-docker-v5.2.0"));
    expect(await readdir(pluginsDir)).toEqual(["resource-docker-v5.2.0"]);
    expect((await stat(join(folder, "pulumi-resource-docker"))).mode & 0o777).toBe(0o755);
    expect((await stat(folder)).mode & 0o777).toBe(0o755);
  });

  it("needs nothing of the checkout", async () => {
    const bundle = await readFile(join(await install(), "plugin.cjs"), "utf8");
    expect(bundle).not.toContain(join(import.meta.dirname, "../../.."));
    expect(bundle).not.toMatch(/\brequire\("(?!node:)[@.]/);
  });

  it("runs, tells its port and its version, and ends when it is told to", async () => {
    const plugin = await startPlugin(pluginsDir.replace(/\/plugins$/, ""));
    expect(await plugin.version()).toBe("5.2.0");
    expect(plugin.printed()).toMatch(/^\d+\n$/);
    await plugin.stop();
  });
});

describe("installing again", () => {
  it("writes nothing if nothing changed", async () => {
    const folder = await install();
    const before = await stat(folder);
    await install();
    expect((await stat(folder)).ino).toBe(before.ino);
  });

  it.each(["plugin.cjs", "pulumi-resource-docker"])("mends a broken %s", async (name) => {
    const folder = await install();
    const right = await readFile(join(folder, name), "utf8");
    await writeFile(join(folder, name), "half");
    await install();
    expect(await readFile(join(folder, name), "utf8")).toBe(right);
    expect(await readdir(pluginsDir)).toEqual(["resource-docker-v5.2.0"]);
  });

  it("takes the bundle that was kept of its sources", async () => {
    const asked: (readonly string[])[] = [];
    const facts: KeptFacts = async (_question, files) => {
      asked.push(files);
      return "kept bundle";
    };
    expect(await readFile(join(await install({ facts }), "plugin.cjs"), "utf8")).toBe("kept bundle");
    const [files = []] = asked;
    const { metafile } = await pluginBundle();
    expect(Object.keys(metafile.inputs).length).toBeGreaterThan(100);
    for (const input of Object.keys(metafile.inputs)) {
      if (input.endsWith(".ts")) expect(files).toContain(resolve(input));
    }
  });

  it("ends an installation that Pulumi left unfinished", async () => {
    const folder = await install();
    await rename(folder, `${folder}.away`);
    await mkdir(folder);
    await writeFile(`${folder}.partial`, "");
    await install();
    expect(await readdir(pluginsDir)).toEqual(["resource-docker-v5.2.0", "resource-docker-v5.2.0.away"]);
  });
});

describe("what is refused", () => {
  it("is to replace the official plugin", async () => {
    const folder = join(pluginsDir, "resource-docker-v5.2.0");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "pulumi-resource-docker"), "official");
    await expect(install()).rejects.toThrow("holds another docker plugin");
    expect(await readFile(join(folder, "pulumi-resource-docker"), "utf8")).toBe("official");
  });

  it("is a version that the stand-in does not behave like", async () => {
    await expect(install({ version: "4.0.0" })).rejects.toThrow("@pulumi/docker asks for 4.0.0");
  });

  it("is a Node that does not exist", async () => {
    await expect(install({ nodePath: "/nowhere/node" })).rejects.toThrow("no Node to run the docker provider");
  });
});
