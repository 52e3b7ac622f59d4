import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderDigest } from "../../stacks/images/folder-digest.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "online-inference-checkout-"));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

const git = async (...args: string[]): Promise<string> => (await execa("git", args, { cwd: project })).stdout;

interface TrackedFile {
  readonly path: string;
  /** Line ends of the committed content, in git's words: `lf`, `crlf`, `mixed`, `none`, or `-text` for binary. */
  readonly lineEnds: string;
  /** The attributes of the path in .gitattributes. */
  readonly attributes: string;
}

async function trackedFiles(): Promise<readonly TrackedFile[]> {
  const lines = (await git("ls-files", "--eol", "-z")).split("\0").filter(Boolean);
  return lines.map((line) => {
    const [, lineEnds = "", attributes = "", path = ""] =
      /^i\/(\S*)\s+w\/\S*\s+attr\/([^\t]*?)\s*\t(.*)$/s.exec(line) ?? [];
    return { path, lineEnds, attributes };
  });
}

/** Checks out all tracked files like a machine with these settings of git; returns the digest of the folder. */
async function checkOut(name: string, ...settings: string[]): Promise<string> {
  const folder = join(scratch, name);
  const flags = settings.flatMap((setting) => ["-c", setting]);
  await git(...flags, "checkout-index", "--all", `--prefix=${folder}/`);
  return folderDigest(folder);
}

test("a checkout on Windows has the same bytes as any other", async () => {
  const plain = await checkOut("plain", "core.autocrlf=false", "core.eol=lf");
  expect(await checkOut("converted", "core.autocrlf=true")).toBe(plain);
  expect(await checkOut("native", "core.autocrlf=false", "core.eol=crlf")).toBe(plain);
});

test("every tracked file is text with LF or named as binary", async () => {
  const files = await trackedFiles();
  expect(files.map(({ path }) => path)).toContain("bin/lab");
  const wrong = files.filter(({ lineEnds, attributes }) =>
    lineEnds === "-text"
      ? attributes !== "-text"
      : !["lf", "none"].includes(lineEnds) || !attributes.includes("eol=lf"),
  );
  expect(wrong).toEqual([]);
});
