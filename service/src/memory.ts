import { getHeapStatistics } from "node:v8";
import { type ReadFile, readContainerFacts } from "./cgroup.ts";
import type { Config } from "./config.ts";
import { MAX_CONNECTIONS } from "./plugins/connection-limit.ts";

const MIB = 2 ** 20;
// Measured and rounded up: V8's heap without bodies; values parsed from a body, for each of its bytes; a connection;
// and all else that the kernel cannot reclaim: Node.js, ONNX Runtime, the model.
const IDLE_HEAP_BYTES = 24 * MIB;
const HEAP_BYTES_PER_BODY_BYTE = 8;
const CONNECTION_BYTES = 28 * 1_024;
const NATIVE_BYTES = 32 * MIB;

/** The memory that the process may use. */
export interface Memory {
  /** The limit of V8's heap, which holds the values parsed from bodies. */
  readonly heapBytes: number;
  /** The limit of the container, if it has one. It holds the bodies too, which are outside the heap. */
  readonly containerBytes?: number | undefined;
}

export function readMemory(readFile: ReadFile): Memory {
  return {
    heapBytes: getHeapStatistics().heap_size_limit,
    containerBytes: readContainerFacts(readFile).memoryLimitBytes,
  };
}

/**
 * Checks that bodies as large and as many as the configuration allows fit into the memory.
 * @throws {Error} naming the variables that ask for too much, what they are, and what is allowed.
 */
export function requireMemory(
  { bodyLimitBytes, maxWaitingBytes }: Config,
  { heapBytes, containerBytes }: Memory,
): void {
  if (maxWaitingBytes < bodyLimitBytes) {
    throw new Error(
      `MAX_WAITING_BYTES is ${maxWaitingBytes}, but must be at least BODY_LIMIT, which is ${bodyLimitBytes}: no body as large could ever be read.`,
    );
  }
  const neededHeapBytes = IDLE_HEAP_BYTES + HEAP_BYTES_PER_BODY_BYTE * bodyLimitBytes;
  if (neededHeapBytes > heapBytes) {
    throw new Error(
      `BODY_LIMIT is ${bodyLimitBytes}, for which V8 needs a heap of ${inMiB(neededHeapBytes)}, but has ${inMiB(heapBytes)}: lower it or MAX_ROWS, or raise --max-old-space-size.`,
    );
  }
  const neededBytes = NATIVE_BYTES + neededHeapBytes + maxWaitingBytes + MAX_CONNECTIONS * CONNECTION_BYTES;
  if (containerBytes !== undefined && neededBytes > containerBytes) {
    throw new Error(
      `MAX_WAITING_BYTES is ${maxWaitingBytes} and BODY_LIMIT ${bodyLimitBytes}, for which the container needs ${inMiB(neededBytes)}, but its memory limit is ${inMiB(containerBytes)}: lower them or MAX_ROWS, or raise the limit.`,
    );
  }
}

function inMiB(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
