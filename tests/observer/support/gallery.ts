import { renderReport } from "../../../observer/report/report.ts";
import { fixtures } from "./recording-fixtures.ts";

/** Folder of the gallery, from the root of the checkout. */
export const GALLERY = "docs/gallery";

const HEADING = `# Gallery

The time lines of the recordings on which verdicts are tested. These recordings keep every twentieth request. A test compares the
drawings byte for byte with what the chart draws today. When you change the chart, run \`npm run gallery\`: a reviewer then sees every
change of the drawings.
`;

/**
 * The contents of the gallery's files by their names: a time line for each recorded experiment, and the page with all of them.
 */
export async function galleryFiles(): Promise<ReadonlyMap<string, string>> {
  const rendered = (await fixtures()).map(({ name, recording }) => ({ name, ...renderReport(recording) }));
  const sections = rendered.map(
    ({ name, data }) => `
## ${name}

${data.question}

**${data.answer}** ([recording](../../tests/fixtures/recordings/${name}.ndjson))

![${data.title}: pods, endpoints, answers and latency over time](${name}.svg)
`,
  );
  return new Map([
    ["README.md", [HEADING, ...sections].join("")],
    ...rendered.map(({ name, timeline }) => [`${name}.svg`, timeline] as const),
  ]);
}
