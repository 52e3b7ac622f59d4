import Fastify from "fastify";
import { expect, it } from "vitest";
import { Asset } from "../../../service/src/routes/asset.ts";

it("is read again after a failure, and then only once for all who take gzip", async () => {
  let reads = 0;
  const asset = new Asset("text/plain", "no-cache", () => {
    reads += 1;
    if (reads === 1) throw new Error("EMFILE: too many open files");
    return Buffer.from("content");
  });
  const app = Fastify();
  app.get("/", (request, reply) => asset.send(request, reply));
  const statuses: number[] = [];
  for (let ask = 0; ask < 4; ask += 1) {
    statuses.push((await app.inject({ url: "/", headers: { "accept-encoding": "gzip" } })).statusCode);
  }
  expect(statuses).toEqual([500, 200, 200, 200]);
  expect(reads).toBe(2);
});
