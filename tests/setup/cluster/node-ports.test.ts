import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { publishFlag } from "../../../setup/cluster/node-ports.ts";

/** Listens on a port until the test ends. */
async function occupy(port: number): Promise<void> {
  const other = createServer();
  await new Promise<void>((resolve, reject) => other.once("error", reject).listen(port, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
}

// Far from the lab's own ports, which a profile of this machine may publish.
const ports = { first: 28_450, last: 28_453 };

test("NodePorts are published as one range", async () => {
  expect(await publishFlag(ports)).toEqual({ ports: "127.0.0.1:28450-28453:28450-28453" });
});

test("those that somebody else has are left out, and the others are published one by one", async () => {
  await occupy(28_451);
  expect(await publishFlag(ports)).toEqual({
    ports: "127.0.0.1:28450:28450,127.0.0.1:28452:28452,127.0.0.1:28453:28453",
  });
});

test("none is published where all are busy", async () => {
  for (const port of [28_450, 28_451]) await occupy(port);
  expect(await publishFlag({ first: 28_450, last: 28_451 })).toEqual({});
});
