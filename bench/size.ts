import { execa } from "execa";

// Parts of Python's library that an image for serving leaves out, as Debian's own packages do.
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

/** Bytes of files and folders, compiled Python and what is `except` left out. */
async function bytesOf(paths: readonly string[], except: readonly string[] = []): Promise<number> {
  const options = ["__pycache__", ...except].map((name) => `--exclude=${name}`);
  const { stdout } = await execa("du", ["-sbcL", ...options, ...paths]);
  return Number.parseInt(stdout.split("\n").at(-1) ?? "", 10);
}

/** What our image holds apart from libc and its kin: the service's files and Node.js. */
export function nodeSize(appDir: string): Promise<number> {
  return bytesOf([appDir, process.execPath]);
}

/** What a peer's image would hold at least apart from libc: packages without pip, and Python's library and program. */
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
  const [a, b, c] = await Promise.all([
    bytesOf([packages], ["pip", "pip-*", "setuptools", "setuptools-*", "_distutils_hack", "pkg_resources"]),
    bytesOf([library], ["site-packages", "dist-packages", ...LEFT_OUT]),
    bytesOf(interpreter),
  ]);
  return a + b + c;
}
