import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { appDir, start, startListening, useBundle } from "./support/process-harness.ts";

useBundle();

const SELF_STOP = 'process.kill(process.pid, "SIGTERM")';

/** Starts with code that runs before anything of the service; gives what it wrote and how it ended. */
async function startAfter(code: string) {
  const preload = `--import=data:text/javascript,${encodeURIComponent(code)}`;
  const service = start({ DRAIN_MS: "0", NODE_OPTIONS: preload });
  const [log, errors, [exitCode, signal]] = await Promise.all([
    text(service.stdout),
    text(service.stderr),
    once(service, "exit"),
  ]);
  return { log, errors, exitCode, signal };
}

it("handles a stop before anything of the service is loaded", async () => {
  const code = `
    process.on("newListener", function tell(name) {
      if (name !== "SIGTERM") return;
      process.off("newListener", tell);
      console.error(process.moduleLoadList.includes("NativeModule http") ? "late" : "early");
      ${SELF_STOP};
    });
  `;
  expect(await startAfter(code)).toMatchObject({ errors: "early\n", exitCode: 0, signal: null });
});

it.each(["node:http", "node:crypto"])("drains when it is told to stop while it loads %s", async (module) => {
  const code = `
    import Module from "node:module";
    const load = Module._load;
    Module._load = (name, ...more) => {
      if (name === ${JSON.stringify(module)}) {
        Module._load = load;
        ${SELF_STOP};
      }
      return load(name, ...more);
    };
  `;
  const { log, ...end } = await startAfter(code);
  expect(end).toEqual({ errors: "", exitCode: 0, signal: null });
  expect(log).toContain('"msg":"draining"');
});

it.each([
  ["its model is loaded", {}],
  ["its delayed start is over", { FAULT_START_DELAY_MS: "600000" }],
])("drains when it is told to stop before %s", async (_, variables) => {
  for (const drainMs of ["0", "700"]) {
    const { service, log, logged } = await startListening({ DRAIN_MS: drainMs, ...variables });
    service.kill("SIGTERM");
    await logged(/^draining$/);
    expect(await once(service, "exit")).toEqual([0, null]);
    expect(log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  }
});

// The last one here, as it takes the service out of the bundle.
it.each(["SIGTERM", "SIGINT"] as const)(
  "ends by %s when the service does not get as far as to handle it",
  async (signal) => {
    await writeFile(join(appDir(), "server.mjs"), 'setInterval(() => console.log("loading"), 10);');
    const service = start();
    await once(service.stdout, "data");
    service.kill(signal);
    expect(await once(service, "exit")).toEqual([0, null]);
  },
);
