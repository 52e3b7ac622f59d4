/*
 * Ends the program when nobody reads its output any more. Pulumi's SDK logs every uncaught error. Where Pulumi itself was killed, a
 * log is an error again, which nobody catches either: without this the program goes on for ever, and takes a core and ever more memory.
 * An exit code other than 0 keeps a Pulumi that still lives from taking the program for done.
 */

for (const output of [process.stdout, process.stderr]) {
  output.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(1);
  });
}
