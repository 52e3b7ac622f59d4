import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar-stream";
import { afterEach, describe, expect, it } from "vitest";
import { findContext } from "../../../setup/docker-provider/context.ts";
import { readInputs } from "../../../setup/docker-provider/inputs.ts";
import type { Bag } from "../../../setup/docker-provider/properties.ts";
import { tarContext } from "../../../setup/docker-provider/tarball.ts";
import { type Content, makeFolder } from "./folder.ts";

let folder = "";
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tar(files: Record<string, Content>, build: Bag = {}) {
  folder = await makeFolder(files);
  return read(build);
}

async function read(build: Bag) {
  const tarball = await tarContext(await findContext(readInputs({ build }).build, folder));
  const entries: Record<string, unknown>[] = [];
  const archive = extract();
  tarball.stream.pipe(archive as never);
  for await (const entry of archive) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const { name, type, mode, uid, gid, linkname } = entry.header;
    entries.push({
      name,
      type,
      mode,
      uid,
      gid,
      ...(linkname ? { linkname } : {}),
      text: String(Buffer.concat(chunks)),
    });
  }
  return { ...tarball, entries, names: entries.map(({ name }) => name) };
}

describe("the tar file of a context", () => {
  it("holds files, folders and links with their modes, owned by root, in the order of their bytes", async () => {
    const { entries } = await tar({
      Dockerfile: "FROM scratch",
      "b/run.sh": { text: "#!/bin/sh", mode: 0o750 },
      "b/link": { link: "../missing" },
      "a-b": "",
      ä: "ä",
      Z: "Z",
    });
    const root = { uid: 0, gid: 0 };
    expect(entries).toEqual([
      { name: "Dockerfile", type: "file", mode: 0o644, ...root, text: "FROM scratch" },
      { name: "Z", type: "file", mode: 0o644, ...root, text: "Z" },
      { name: "a-b", type: "file", mode: 0o644, ...root, text: "" },
      { name: "b", type: "directory", mode: 0o755, ...root, text: "" },
      { name: "b/link", type: "symlink", mode: 0o777, ...root, linkname: "../missing", text: "" },
      { name: "b/run.sh", type: "file", mode: 0o750, ...root, text: "#!/bin/sh" },
      { name: "ä", type: "file", mode: 0o644, ...root, text: "ä" },
    ]);
  });

  it("is the same each time", async () => {
    folder = await makeFolder({ Dockerfile: "FROM scratch", "a/b": "c".repeat(200_000), empty: "" });
    const bytes = async () => {
      const { stream } = await tarContext(await findContext(readInputs({ build: {} }).build, folder));
      return Buffer.concat((await stream.toArray()) as Buffer[]);
    };
    expect((await bytes()).equals(await bytes())).toBe(true);
  });

  it("leaves out what is ignored, and keeps the folders of what comes back", async () => {
    const { names } = await tar({
      Dockerfile: "",
      ".dockerignore": "docs\n!docs/**/*.md\nnode_modules\n",
      "docs/deep/a.md": "",
      "docs/a.txt": "",
      "docs/empty/b.txt": "",
      "node_modules/x/index.js": "",
    });
    expect(names).toEqual([".dockerignore", "Dockerfile", "docs", "docs/deep", "docs/deep/a.md"]);
  });

  it("holds an ignored Dockerfile all the same, and says so", async () => {
    const { names, keptBuildFile } = await tar({ Dockerfile: "", ".dockerignore": "*", a: "" });
    expect(names).toEqual([".dockerignore", "Dockerfile"]);
    expect(keptBuildFile).toBe(true);
  });

  it("holds a Dockerfile from outside under a name that depends on its text alone", async () => {
    const files = { "app/a": "", "other/Dockerfile": "FROM scratch\n" };
    const { names, dockerfile } = await tar(files, { context: "app", dockerfile: "other/Dockerfile" });
    expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{12}$/);
    expect(names).toEqual([dockerfile, "a"]);
  });

  it("keeps names longer than the plain format allows", async () => {
    const long = `${"folder/".repeat(30)}${"name".repeat(30)}`;
    const { names } = await tar({ Dockerfile: "", [long]: "" });
    expect(names).toContain(long);
  });
});

describe("a context that cannot be used", () => {
  const find = (build: Bag) => findContext(readInputs({ build }).build, folder);

  it("is named if it is missing or no folder", async () => {
    folder = await makeFolder({ file: "" });
    await expect(find({ context: "nowhere" })).rejects.toThrow('Build context "nowhere" is missing');
    await expect(find({ context: "file" })).rejects.toThrow('Build context "file" is not a folder');
  });

  it("is named if it has no Dockerfile, and a folder is none", async () => {
    folder = await makeFolder({});
    await mkdir(join(folder, "Dockerfile"));
    await expect(find({})).rejects.toThrow("could not open dockerfile at Dockerfile");
  });
});
