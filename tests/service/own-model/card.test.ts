import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCard } from "../../../service/src/card.ts";
import { CardSchema } from "../../../service/src/card-schema.ts";

let file: string;

beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), "card-")), "card.json");
});
afterAll(() => rm(join(file, ".."), { recursive: true }));

const feature = { name: "a", type: "number", minimum: 0, maximum: 1 };
const good = {
  model: "m",
  modelVersion: "1",
  features: [feature, { name: "b", type: "integer", minimum: 0, maximum: 5 }],
  selfCheck: { features: { a: 0.5, b: 5 }, probability: 0.5, tolerance: 0.1 },
  "anything for people": true,
};

async function read(changes: object) {
  await writeFile(file, JSON.stringify({ ...good, ...changes }));
  return readCard(file);
}

it("takes a card that has what the service needs, whatever else it has", async () => {
  expect(await read({})).toMatchObject(good);
});

describe("a card that is refused", () => {
  const check = good.selfCheck;
  const three = [{ label: 0 }, { label: 1 }, { label: 2 }];
  it.each([
    [{ features: [] }, "/features must not have fewer than 1 items"],
    [{ features: [{ ...feature, type: "text" }] }, "/features/0/type must be equal to one of the allowed values"],
    [{ features: [{ name: "a" }] }, "/features/0 must have required properties type, minimum, maximum"],
    [{ model: "a/b" }, "/model must match pattern"],
    [{ features: [feature, feature] }, "features has a twice"],
    [{ features: [{ ...feature, name: "data" }] }, "features/0 (data) has a name that requests use themselves"],
    [{ features: [{ ...feature, name: "features" }] }, "features/0 (features) has a name that requests use themselves"],
    [{ features: [{ ...feature, maximum: 1e39 }] }, "has the bound 1e+39, which a float32 cannot hold"],
    [{ features: [{ ...feature, minimum: 2 }] }, "has the minimum 2, which is above its maximum 1"],
    [{ features: [{ ...feature, values: [0, 2] }] }, "names the value 2, which is no number from 0 to 1"],
    [{ features: [{ ...feature, example: -1 }] }, "names the value -1, which is no number from 0 to 1"],
    [{ features: [{ ...feature, values: [0, 1], example: 0.5 }] }, "has the example 0.5, which is none of its values"],
    [{ classes: [{ label: 1 }, { label: 1 }] }, "classes has the label 1 twice"],
    [{ selfCheck: { ...check, features: { a: 0.5 } } }, "selfCheck/features lacks b"],
    [{ selfCheck: { ...check, features: { a: 0.5, b: 5, c: 1 } } }, "selfCheck/features has c, which is no feature"],
    [
      { selfCheck: { ...check, features: { a: 0.5, b: 5.5 } } },
      "selfCheck/features/b is 5.5, which its feature does not take",
    ],
    [
      { selfCheck: { ...check, probability: undefined } },
      "selfCheck lacks probability, that of the second of two classes",
    ],
    [{ classes: three }, "selfCheck must have probabilities, one for each of the 3 classes"],
  ])("%j", async (changes, message) => {
    await expect(read(changes)).rejects.toThrow(message);
    await expect(read(changes)).rejects.toThrow(`${file} is not a model card`);
  });
});

it("is documented member by member", async () => {
  const page = await readFile(join(import.meta.dirname, "..", "..", "..", "docs", "own-model.md"), "utf8");
  const members = (schema: object, prefix = ""): string[] => {
    const { properties = {}, items } = schema as { properties?: Record<string, object>; items?: object };
    const own = Object.entries(properties).flatMap(([name, inner]) => [
      `${prefix}${name}`,
      ...members(inner, `${prefix}${name}.`),
    ]);
    return items && !Array.isArray(items) ? [...own, ...members(items, prefix)] : own;
  };
  const all = members(CardSchema);
  expect(all).toContain("features.minimum");
  for (const member of all) expect(page, member).toContain(`\`${member}\``);
});
