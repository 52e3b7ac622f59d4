import { createServer } from "node:http";
import type { Socket } from "node:net";

/*
 * The server of constructions: it fails in the way that its environment asks for, and logs a line of JSON for each thing that a
 * cause may say of it, with the time in ms since the epoch. It runs in a pod as it is, so it imports nothing of ours.
 */

const number = (name: string): number => Number(process.env[name] ?? 0);
const [answerMs, listenAfterMs, hangAfterMs, leakMebibytes] = [
  number("ANSWER_MS"),
  number("LISTEN_AFTER_MS"),
  number("HANG_AFTER_MS"),
  number("LEAK_MEBIBYTES_PER_SECOND"),
];
const stopsListening = process.env.STOPS_LISTENING === "yes";
const pod = process.env.POD_NAME ?? "";

let underWay = 0;
const connections = new Set<Socket>();
const say = (what: string): void => {
  process.stdout.write(`${JSON.stringify({ pod, what, wallMs: Date.now(), underWay })}\n`);
};

const server = createServer((request, response) => {
  const isProbe = request.url !== "/predict";
  if (!isProbe) underWay += 1;
  request.resume();
  const answer = () => {
    if (!isProbe) underWay -= 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ pod, release: process.env.RELEASE ?? "" }));
  };
  if (isProbe || answerMs === 0) answer();
  else setTimeout(answer, answerMs);
});
server.keepAliveTimeout = 60_000;
server.on("connection", (socket) => {
  connections.add(socket);
  socket.once("close", () => connections.delete(socket));
});

say("started");
setTimeout(() => server.listen(8050, () => say("listens")), listenAfterMs);

process.on("SIGTERM", () => {
  say("was asked to stop");
  if (!stopsListening) return;
  server.close(() => {
    say("ends");
    process.exit(0);
  });
  server.closeIdleConnections();
  say("closed its port");
});

if (hangAfterMs > 0) {
  setTimeout(() => {
    say("hangs");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }, hangAfterMs);
}
if (leakMebibytes > 0) {
  const kept: Buffer[] = [];
  setInterval(() => {
    kept.push(Buffer.alloc((leakMebibytes * 2 ** 20) / 10, 1));
    say("leaks");
  }, 100);
}
