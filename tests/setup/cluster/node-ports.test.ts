import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { publishFlag } from "../../../setup/cluster/cluster.ts";

test("NodePorts that somebody else has are not published", async () => {
  const other = createServer();
  // Where the port is taken already, by a profile that runs on this machine, there is nothing to add.
  await new Promise<void>((resolve) => {
    other.once("error", () => resolve());
    other.listen(30_055, "127.0.0.1", resolve);
  });
  onTestFinished(() => void other.close());
  expect(await publishFlag({ first: 30_050, last: 30_061 })).toEqual({});
});
