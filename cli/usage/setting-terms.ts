import type { TObject } from "typebox";
import { experimentNames } from "../../stacks/index.ts";
import { PROJECT, rememberedProfile, resolveConfig, stackSettings } from "../../stacks/program/config.ts";
import { allowedValues } from "../../stacks/settings/parse.ts";
import { type SettingTerms, withFacts } from "./help-page.ts";
import type { Term } from "./usage.ts";

const EXPERIMENT: Term = {
  term: "--experiment",
  what: withFacts("Experiment that the stack deploys; by default the one of its name, or else pod", [
    experimentNames().join(", "),
  ]),
};

/**
 * The settings that a stack takes, from their schemas. `experiment` is what config says of it, if anything.
 * @throws {UserError} where there is no such experiment.
 */
export function settingTerms(stack: string, experiment: string | undefined): SettingTerms {
  const values = experiment === undefined ? {} : { [`${PROJECT}:experiment`]: experiment };
  const config = resolveConfig({ project: PROJECT, stack, values, env: {} });
  return {
    experiment: config.experimentName,
    own: termsOf(config.experiment.settings),
    common: [EXPERIMENT, ...termsOf(stackSettings(stack, rememberedProfile(process.env)))],
  };
}

/** A digest of an image by its first digits, since the whole is as long as a line; docs/settings.md has it. */
export const withShortDigest = (value: unknown): string =>
  String(value).replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…");

const termsOf = (schema: TObject): readonly Term[] =>
  Object.entries(schema.properties).map(([key, property]) => {
    const { description = "", default: standard } = property as {
      readonly description?: string;
      readonly default?: unknown;
    };
    const facts = [
      allowedValues(property),
      ...(standard === undefined ? [] : [`default: ${withShortDigest(standard)}`]),
    ];
    return { term: `--${key}`, what: withFacts(description, facts) };
  });
