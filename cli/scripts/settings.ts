import { writeFile } from "node:fs/promises";
import { settingsPage } from "../../stacks/program/settings-page.ts";

/* npm run settings: writes docs/settings.md anew. */

await writeFile(new URL("../../docs/settings.md", import.meta.url), settingsPage());
console.log("docs/settings.md is written. Look at it (git diff), and commit it.");
