import { readFile, writeFile } from "node:fs/promises";
import { withValuesTable } from "./values-table.ts";

/* npm run chart-values: writes the table of charts/README.md anew. */

const file = (name: string) => new URL(`../../charts/${name}`, import.meta.url);

const readme = await readFile(file("README.md"), "utf8");
await writeFile(file("README.md"), withValuesTable(readme, await readFile(file("values.yaml"), "utf8")));
console.log("charts/README.md has the table of values. Look at it (git diff), and commit it.");
