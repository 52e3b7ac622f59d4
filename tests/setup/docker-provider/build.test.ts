import { expect, it } from "vitest";
import { buildQuery } from "../../../setup/docker-provider/build.ts";
import { readInputs } from "../../../setup/docker-provider/inputs.ts";

it("asks the daemon for all that the program sets", () => {
  const build = {
    args: { A: "1", B: "two words" },
    target: "runtime",
    network: "host",
    platform: "linux/arm64",
    addHosts: ["db:10.0.0.1", "cache:10.0.0.2"],
    cacheFrom: { images: ["host:5000/cache:1"] },
  };
  expect(buildQuery(readInputs({ imageName: "app:1", build }), "sub/Dockerfile")).toEqual({
    t: "app:1",
    dockerfile: "sub/Dockerfile",
    rm: "1",
    forcerm: "1",
    buildargs: '{"A":"1","B":"two words"}',
    target: "runtime",
    networkmode: "host",
    platform: "linux/arm64",
    extrahosts: ["db:10.0.0.1", "cache:10.0.0.2"],
    cachefrom: '["host:5000/cache:1"]',
  });
});

it("leaves out what the program does not set", () => {
  const query = buildQuery(readInputs({ imageName: "app:1", build: {} }), "Dockerfile");
  expect(query).toEqual({ t: "app:1", dockerfile: "Dockerfile", rm: "1", forcerm: "1" });
});
