import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { patient } from "./harness.ts";

/** A connection on which nothing has been sent. */
export async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** A connection on which a request was answered, and that stays. */
export async function keptConnection(port: number): Promise<Socket> {
  const socket = await connected(port);
  socket.write(wholeRequest());
  await once(socket, "data");
  return socket;
}

/** A request for a prediction. */
export function wholeRequest(): string {
  const body = JSON.stringify(patient());
  return `${headOf(body)}${body}`;
}

/** The head of a request for a prediction, with its blank line. */
function headOf(body: string, ...more: string[]): string {
  const lines = ["POST /predict HTTP/1.1", "Host: service", "Content-Type: application/json", ...more];
  return `${[...lines, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n`;
}

/**
 * A request whose body the service has begun to read: `finish` sends the rest of it, `answer` is all that comes until the
 * connection ends.
 */
export async function halfRequest(port: number): Promise<{ finish(): void; readonly answer: Promise<string> }> {
  const body = JSON.stringify(patient());
  const socket = await connected(port);
  socket.write(`${headOf(body, "Expect: 100-continue")}${body.slice(0, 20)}`);
  const [data] = await once(socket, "data");
  expect(String(data)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  return { finish: () => void socket.write(body.slice(20)), answer: text(socket) };
}

/** Resolves once nobody listens any more. */
export async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const refused = await Promise.race([
      once(socket, "connect").then(() => false),
      once(socket, "error").then(() => true),
    ]).catch(() => true);
    socket.destroy();
    if (refused) return;
  }
}
