import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ensureEntry, entryFolder, findDamage } from "../../../setup/machine/cache.ts";
import { downloadEntry, type Release } from "../../../setup/tools/downloads.ts";
import { fakeOutside } from "../support/fake-outside.ts";
import { scratchFolder } from "../support/scratch.ts";

const content = "#!/bin/sh\necho minikube\n";
const sum = createHash("sha256").update(content).digest("hex");

async function publish(files: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const body = files[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const release = (site: string): Release => ({
  name: "minikube",
  version: "1.36.0",
  sources: [{ url: `${site}/minikube-linux-amd64`, checksumUrl: `${site}/sums` }],
  executable: "minikube",
});

describe("an official download", () => {
  test.each([
    ["a file of one sum", sum],
    ["a list of sums", `${"0".repeat(64)}  other\n${sum}  minikube-linux-amd64\n`],
  ])("is checked against %s and made executable", async (_case, sums) => {
    const site = await publish({ "/minikube-linux-amd64": content, "/sums": sums });
    const folder = await ensureEntry(
      await scratchFolder(),
      downloadEntry(fakeOutside({}), release(site), 1),
      () => undefined,
    );
    expect(await readFile(join(folder, "minikube"), "utf8")).toBe(content);
    expect((await stat(join(folder, "minikube"))).mode & 0o111).toBe(0o111);
  });

  test.each([
    [
      "damaged",
      { "/minikube-linux-amd64": "cut", "/sums": sum },
      /is damaged: its SHA-256 is .*, published is .*run the same command again/,
    ],
    ["not there", { "/sums": sum }, /cannot download minikube 1\.36\.0, tried 3 times: http.*: HTTP 404/],
    [
      "without a sum",
      { "/minikube-linux-amd64": content, "/sums": "<html>" },
      /holds no SHA-256 of minikube-linux-amd64/,
    ],
  ])("that is %s leaves nothing behind that could be used", async (_case, files, message) => {
    const root = await scratchFolder();
    const entry = downloadEntry(fakeOutside({}), release(await publish(files as Record<string, string>)), 1);
    await expect(ensureEntry(root, entry, () => undefined)).rejects.toThrow(message);
    expect(await findDamage(entryFolder(root, entry))).toBe("missing");
  });
});
