import { describe, expect, it } from "vitest";
import { diffInputs } from "../../../setup/docker-provider/diff.ts";
import { type Bag, secret, UNKNOWN } from "../../../setup/docker-provider/properties.ts";

const inputs: Bag = {
  imageName: "host:5000/app:1",
  skipPush: false,
  build: { context: "app", contextDigest: "abc", args: { TOKEN: "t" } },
  registry: { server: "host:5000", username: "a", password: "b" },
};
const state = (stored: Bag): Bag => ({ imageName: "host:5000/app:1", repoDigest: "x", __inputs: secret(stored) });

describe("a diff", () => {
  it.each<[string, Bag, Record<string, string>]>([
    ["nothing", inputs, {}],
    ["marks of secrecy", { ...inputs, build: secret({ ...(inputs.build as Bag), args: { TOKEN: secret("t") } }) }, {}],
    ["a null", { ...inputs, buildOnPreview: null }, {}],
    ["the tag", { ...inputs, imageName: "host:5000/app:2" }, { imageName: "update" }],
    ["a file", { ...inputs, build: { ...(inputs.build as Bag), contextDigest: "abd" } }, { build: "update" }],
    ["an unknown", { ...inputs, imageName: UNKNOWN }, { imageName: "update" }],
    ["a new property", { ...inputs, buildOnPreview: true }, { buildOnPreview: "add" }],
    [
      "a dropped property",
      { imageName: "host:5000/app:1", build: inputs.build ?? null },
      { skipPush: "delete", registry: "delete" },
    ],
    ["credentials", { ...inputs, registry: { server: "host:5000", username: "c", password: secret("d") } }, {}],
    [
      "the registry",
      { ...inputs, registry: { server: "host:5001", username: "a", password: "b" } },
      { registry: "update" },
    ],
  ])("after a change of %s", (_what, news, expected) => {
    expect(diffInputs(state(inputs), news)).toEqual(expected);
  });

  it("is against stored inputs that the engine sent without their mark", () => {
    expect(diffInputs({ __inputs: inputs }, inputs)).toEqual({});
  });

  it("is everything against a state without stored inputs", () => {
    expect(diffInputs({}, { imageName: "app:1" })).toEqual({ imageName: "add" });
  });
});
