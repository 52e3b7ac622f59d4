import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { vi } from "vitest";

/** A request of which the headers are sent, and as much of the body as a test wants. */
export class Upload {
  readonly socket: Socket;
  /** All that has been answered so far. */
  answer = "";
  /** Resolves at the connection's end; rejects when it is reset, which can lose an answer. */
  readonly closed: Promise<unknown>;

  constructor(port: number, ...headers: string[]) {
    this.socket = connect(port, "127.0.0.1").setEncoding("latin1");
    this.socket.on("data", (data) => {
      this.answer += data;
    });
    this.closed = once(this.socket, "close");
    this.closed.catch(() => {});
    const lines = ["POST /predict HTTP/1.1", "Host: service", "Content-Type: application/json", ...headers];
    this.socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** What has been answered once a part of it has come. */
  async answered(part: RegExp): Promise<string> {
    await vi.waitUntil(() => part.test(this.answer), { timeout: 10_000 });
    return this.answer;
  }

  async abort(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** An upload of declared length of which the service has seen the headers, but no byte of the body. */
export async function startUpload(port: number, bytes: number): Promise<Upload> {
  const upload = new Upload(port, `Content-Length: ${bytes}`, "Expect: 100-continue");
  await upload.answered(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  return upload;
}

/** A piece of a body whose length was not declared. */
export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
