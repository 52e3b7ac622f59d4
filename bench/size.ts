import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

// Parts of Python's library that an image for serving does not need; Debian's own packages leave them out as well.
const LEFT_OUT = [
  "test",
  "tests",
  "idlelib",
  "tkinter",
  "turtledemo",
  "ensurepip",
  "lib2to3",
  "pydoc_data",
  "config-*",
];

/** Bytes of files and folders, without compiled Python and the names in `except`. */
async function bytesOf(paths: readonly string[], except: readonly string[] = []): Promise<number> {
  const options = ["__pycache__", ...except].map((name) => `--exclude=${name}`);
  const { stdout } = await execa("du", ["-sbcL", ...options, ...paths]);
  return Number.parseInt(stdout.split("\n").at(-1) ?? "", 10);
}

/** Bytes of a program or a shared library without its symbols, as the base image and Debian's packages ship them. */
async function strippedBytesOf(binary: string): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "online-inference-size-"));
  try {
    const stripped = join(scratch, "stripped");
    await execa("strip", ["-o", stripped, binary]);
    return (await stat(stripped)).size;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The size in bytes of our image without libc and similar libraries: the service's files and Node.js. */
export async function nodeSize(appDir: string): Promise<number> {
  return (await bytesOf([appDir])) + (await strippedBytesOf(process.execPath));
}

/** The least size in bytes of a peer's image without libc: packages without pip, Python's library, and Python itself. */
export async function pythonSize(python: string): Promise<number> {
  const script = [
    "import sys, sysconfig, os.path as p",
    "paths = sysconfig.get_paths()",
    "library = p.join(sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('LDLIBRARY') or '')",
    "print(paths['purelib'], paths['stdlib'], p.realpath(sys.executable), library if p.isfile(library) else '', sep='\\n')",
  ].join("\n");
  const { stdout } = await execa(python, ["-c", script]);
  const [packages = "", library = "", program = "", shared] = stdout.split("\n");
  const interpreter = shared?.endsWith(".so") ? [program, shared] : [program];
  const sizes = await Promise.all([
    bytesOf([packages], ["pip", "pip-*", "setuptools", "setuptools-*", "_distutils_hack", "pkg_resources"]),
    bytesOf([library], ["site-packages", "dist-packages", ...LEFT_OUT]),
    ...interpreter.map(strippedBytesOf),
  ]);
  return sizes.reduce((sum, size) => sum + size, 0);
}
