import { expect, test } from "vitest";
import { type AskDocker, askingOnce } from "../../../stacks/images/docker.ts";

const daemon = { host: "tcp://192.168.49.2:2376", certPath: "/certs" };
const info = { path: "/info", timeoutMs: 1_500 };

/** Asks for these statuses in turn; 0 is no answer. Its answers' bodies count the questions. */
function answering(...statuses: readonly number[]) {
  let asked = 0;
  const ask: AskDocker = async () => {
    const status = statuses[asked];
    asked += 1;
    if (!status) throw new Error("connect ECONNREFUSED");
    return { status, body: asked };
  };
  return askingOnce(ask);
}

test("a daemon is asked each question once, however long its answers may take", async () => {
  const ask = answering(200, 200, 200);
  const both = await Promise.all([ask(daemon, info), ask(daemon, { ...info, timeoutMs: 10_000 })]);
  expect(both.map(({ body }) => body)).toEqual([1, 1]);
  expect((await ask({ host: "unix:///var/run/docker.sock" }, info)).body).toBe(2);
  expect((await ask(daemon, { ...info, path: "/version" })).body).toBe(3);
});

test("trouble is told to whoever asked, and the next one asks again", async () => {
  const ask = answering(0, 500, 200, 200);
  await expect(ask(daemon, info)).rejects.toThrow("ECONNREFUSED");
  expect((await ask(daemon, info)).status).toBe(500);
  expect((await ask(daemon, info)).body).toBe(3);
  expect((await ask(daemon, info)).body).toBe(3);
});
