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

/** What a server's image must hold besides libc and similar libraries. */
export interface Size {
  /** Bytes of its own files and of its interpreter. */
  readonly bytes: number;
  /** The folders and files that are counted; libraries elsewhere come on top (`librarySize`). */
  readonly counted: readonly string[];
}

/** The size of a Node.js server: its files and Node.js. */
export async function nodeSize(appDir: string, node: string): Promise<Size> {
  return { bytes: (await bytesOf([appDir])) + (await strippedBytesOf(node)), counted: [appDir, node] };
}

// Parts of glibc and of GCC's runtime, which the base images of all servers have.
const BASE_LIBRARIES = /\/(ld-linux[-\w]*|lib(c|m|dl|rt|pthread|util|resolv|nss_\w+|stdc\+\+|gcc_s)(-[\d.]+)?)\.so/;

/** Of the libraries that a running server has mapped, those that neither its own size nor a base image has. */
export function foreignLibraries(mapped: Iterable<string>, counted: readonly string[]): string[] {
  return [...mapped].filter(
    (path) => !BASE_LIBRARIES.test(path) && !counted.some((own) => path === own || path.startsWith(`${own}/`)),
  );
}

/** Bytes of shared libraries without their symbols, such as OpenSSL, which Node.js has inside and Python loads. */
export async function librarySize(libraries: readonly string[]): Promise<number> {
  const sizes = await Promise.all(libraries.map(strippedBytesOf));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The least size of a Python server: packages without pip, Python's library, and Python itself. */
export async function pythonSize(python: string): Promise<Size> {
  const script = [
    "import sys, sysconfig, os.path as p",
    "paths = sysconfig.get_paths()",
    "library = p.join(sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('LDLIBRARY') or '')",
    "print(paths['purelib'], paths['stdlib'], p.realpath(sys.executable), library if p.isfile(library) else '', sep='\\n')",
  ].join("\n");
  const { stdout } = await execa(python, ["-c", script]);
  const [packages = "", library = "", program = "", shared] = stdout.split("\n");
  const { stdout: linked } = await execa("ldd", [program], { reject: false });
  const interpreter = shared?.endsWith(".so") && linked.includes("libpython") ? [program, shared] : [program];
  const sizes = await Promise.all([
    bytesOf([packages], ["pip", "pip-*", "setuptools", "setuptools-*", "_distutils_hack", "pkg_resources"]),
    bytesOf([library], ["site-packages", "dist-packages", ...LEFT_OUT]),
    ...interpreter.map(strippedBytesOf),
  ]);
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), counted: [packages, library, ...interpreter] };
}
