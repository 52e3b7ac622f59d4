// The first process of a container ignores signals for which it has no handler. These handlers exist before the service
// is loaded, which takes longer than the start of Node.js; until it has its own there is nothing to drain.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(0);
  });
}

await import("./server.ts");
