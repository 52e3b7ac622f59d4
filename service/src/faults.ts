import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import Type, { type Static } from "typebox";
import { readVariables } from "./environment.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Log } from "./log.ts";

const MIB = 2 ** 20;
const LEAK_INTERVAL_MS = 100;

// Deliberate faults, for experiments; 0 is off.
const FaultsSchema = Type.Object({
  FAULT_START_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 3_600_000,
    default: 0,
    description: "not ready for longer",
  }),
  FAULT_CRASH_AFTER_MS: Type.Integer({ minimum: 0, maximum: 86_400_000, default: 0, description: "exits with 1" }),
  FAULT_HANG_AFTER_MS: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    default: 0,
    description: "blocks its event loop",
  }),
  FAULT_UNREADY_AFTER_MS: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    default: 0,
    description: "asks for no new requests, but answers them",
  }),
  FAULT_UNREADY_FOR_MS: Type.Integer({ minimum: 0, maximum: 86_400_000, default: 0, description: "0 is for ever" }),
  FAULT_LEAK_MIB_PER_S: Type.Integer({ minimum: 0, maximum: 10_000, default: 0, description: "outside V8's heap" }),
  FAULT_BURN_THREADS: Type.Integer({ minimum: 0, maximum: 64, default: 0, description: "threads that only compute" }),
});

/** The deliberate faults; times count from the start of the process. */
export type Faults = Static<typeof FaultsSchema>;

/**
 * Reads the faults from environment variables.
 * @throws {Error} naming every variable that is wrong.
 */
export function readFaults(variables: NodeJS.ProcessEnv): Faults {
  return readVariables(FaultsSchema, variables);
}

/** Starts the faults, logs them, and resolves when a delayed start is over. */
export async function startFaults(faults: Faults, log: Log, lifecycle: Lifecycle): Promise<void> {
  for (const [fault, value] of Object.entries(faults)) if (value > 0) log.warn({ fault, value }, "fault on purpose");

  const crashAfterMs = faults.FAULT_CRASH_AFTER_MS;
  if (crashAfterMs > 0) {
    after(crashAfterMs, () => {
      log.fatal("crashing on purpose");
      process.exit(1);
    });
  }
  const hangAfterMs = faults.FAULT_HANG_AFTER_MS;
  if (hangAfterMs > 0) {
    after(hangAfterMs, () => {
      log.fatal("hanging on purpose");
      // Blocks for ever. A loop would also burn CPU, which is another fault.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
  }
  const unreadyAfterMs = faults.FAULT_UNREADY_AFTER_MS;
  if (unreadyAfterMs > 0) {
    after(unreadyAfterMs, () => {
      log.error("not ready on purpose");
      lifecycle.pause();
    });
    const unreadyForMs = faults.FAULT_UNREADY_FOR_MS;
    if (unreadyForMs > 0) {
      after(unreadyAfterMs + unreadyForMs, () => {
        log.info("ready again");
        lifecycle.resume();
      });
    }
  }
  if (faults.FAULT_LEAK_MIB_PER_S > 0) leak(faults.FAULT_LEAK_MIB_PER_S);
  // In threads of their own, so that the event loop goes on as far as the CPU limit allows.
  for (let thread = 0; thread < faults.FAULT_BURN_THREADS; thread += 1) new Worker("for (;;);", { eval: true }).unref();

  const delayMs = faults.FAULT_START_DELAY_MS - performance.now();
  if (delayMs > 0) await sleep(delayMs);
}

function after(ms: number, action: () => void): void {
  setTimeout(action, Math.max(0, ms - performance.now())).unref();
}

function leak(mibPerSecond: number): void {
  const kept: Buffer[] = [];
  const bytes = Math.ceil((mibPerSecond * MIB * LEAK_INTERVAL_MS) / 1_000);
  // Outside V8's heap, whose limit would abort the process. Filled, because the kernel gives zeros no memory of their
  // own.
  setInterval(() => kept.push(Buffer.alloc(bytes, 1)), LEAK_INTERVAL_MS).unref();
}
