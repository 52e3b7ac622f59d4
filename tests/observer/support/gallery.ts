import { renderReport } from "../../../observer/report/report.ts";
import { fixtures } from "./recording-fixtures.ts";

/** Where the gallery lies, from the root of the checkout. */
export const GALLERY = "docs/gallery";

const HEADING = `# Gallery

The time lines of the recordings on which verdicts are tested, drawn by today's chart from a twentieth of their requests. A test
compares them byte for byte: who changes the chart draws them anew (\`npm run gallery\`), and a reviewer sees what became of it.
`;

/** The files of the gallery by their names: a time line for each recorded experiment, and the page that shows them all. */
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
