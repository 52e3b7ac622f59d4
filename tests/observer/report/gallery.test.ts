import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { GALLERY, galleryFiles } from "../support/gallery.ts";

const folder = fileURLToPath(new URL(`../../../${GALLERY}/`, import.meta.url));
const drawn = await galleryFiles();

test("the gallery has a time line of every recording, and nothing else", async () => {
  expect((await readdir(folder)).toSorted()).toEqual([...drawn.keys()].toSorted());
});

test.each([...drawn.keys()])(
  "%s is committed as it is drawn today; if it has to change: npm run gallery",
  async (name) => {
    // `toBe(true)` on purpose: the textual difference of two drawings is long and says nothing.
    expect((await readFile(`${folder}${name}`, "utf8")) === drawn.get(name)).toBe(true);
  },
);

test("no drawing names a folder of the machine that recorded it", () => {
  for (const text of drawn.values()) expect(text).not.toMatch(/\/(root|home|Users|tmp|work|var)\//);
});
