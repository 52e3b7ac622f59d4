import { Readable } from "node:stream";
import jspb from "google-protobuf";
import { describe, expect, it } from "vitest";
import { failureText, followMessages } from "../../../setup/docker-provider/messages.ts";

async function follow(...messages: object[]) {
  const said: string[] = [];
  const stream = Readable.from(messages.map((message) => `${JSON.stringify(message)}\r\n`));
  return { ...(await followMessages(stream, (line) => said.push(line))), said };
}

/** A step in BuildKit's format; the numbers are protobuf fields. */
function trace(...steps: { digest: string; name: string; started?: boolean; cached?: boolean; error?: string }[]) {
  const writer = new jspb.BinaryWriter();
  for (const { digest, name, started, cached, error } of steps) {
    writer.writeMessage(1, {}, (_step: object, step: jspb.BinaryWriter) => {
      step.writeString(1, digest);
      step.writeString(2, "an input");
      step.writeString(3, name);
      if (cached) step.writeBool(4, true);
      if (started) step.writeMessage(5, {}, (_time: object, time: jspb.BinaryWriter) => time.writeInt64(1, 1));
      if (error) step.writeString(7, error);
    });
  }
  return { id: "moby.buildkit.trace", aux: Buffer.from(writer.getResultBuffer()).toString("base64") };
}

function output(text: string) {
  const writer = new jspb.BinaryWriter();
  writer.writeMessage(3, {}, (_log: object, log: jspb.BinaryWriter) => {
    log.writeString(1, "digest");
    log.writeBytes(4, Buffer.from(text));
  });
  return { id: "moby.buildkit.trace", aux: Buffer.from(writer.getResultBuffer()).toString("base64") };
}

describe("the daemon's messages", () => {
  it("of the classic builder become whole lines without colours", async () => {
    const { said } = await follow(
      { stream: "Step 1/2 : " },
      { stream: "FROM scratch\n" },
      { stream: "\n" },
      { stream: "\u001b[91moops\u001b[0m\n" },
      { aux: { ID: "sha256:1" } },
    );
    expect(said).toEqual(["Step 1/2 : FROM scratch", "oops"]);
  });

  it("of BuildKit tell each step once, its output and its error", async () => {
    const step = { digest: "d", name: "[1/2] COPY . /" };
    const { said } = await follow(
      trace(step),
      trace({ ...step, started: true }),
      trace({ ...step, started: true }, { digest: "e", name: "[2/2] RUN make", started: true, cached: true }),
      output("half a "),
      output("line\nand another\n"),
      trace({ ...step, started: true, error: "it broke" }),
    );
    expect(said).toEqual(["[1/2] COPY . /", "[2/2] RUN make CACHED", "half a line", "and another", "ERROR: it broke"]);
  });

  it("of a push become lines and a digest", async () => {
    const { said, digest } = await follow(
      { status: "Pushing", id: "abc", progress: "[=> ] 1kB/2kB" },
      { status: "v1: digest: sha256:1 size: 2" },
      { aux: { Tag: "v1", Digest: "sha256:1", Size: 2 } },
    );
    expect(said).toEqual(["abc: Pushing [=> ] 1kB/2kB", "v1: digest: sha256:1 size: 2"]);
    expect(digest).toBe("sha256:1");
  });

  it("end with the error and the last lines before it", async () => {
    const lines = Array.from({ length: 100 }, (_, index) => ({ stream: `line ${index}\n` }));
    const followed = await follow(...lines, { errorDetail: { code: 3, message: "exit 3" }, error: "exit 3" });
    const text = failureText("Building app failed", followed).split("\n");
    expect(text[0]).toBe("Building app failed: exit 3");
    expect(text[1]).toBe("The daemon's log ends with:");
    expect(text.slice(2)).toEqual(Array.from({ length: 40 }, (_, index) => `  | line ${index + 60}`));
  });

  it("fail with the stream that carries them", async () => {
    const stream = new Readable({ read: () => stream.destroy(new Error("connection lost")) });
    await expect(followMessages(stream, () => {})).rejects.toThrow("connection lost");
  });
});
