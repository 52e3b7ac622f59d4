// The first process of a container ignores a signal that it has no handler for. So there is one before the service is even
// read, which takes longer than the start of Node.js itself; until the service has its own there is nothing to drain.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(0);
  });
}

await import("./server.ts");
