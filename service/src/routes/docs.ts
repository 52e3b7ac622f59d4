import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyPluginAsync } from "fastify";
import { Asset } from "./asset.ts";

// Swagger UI's own files, without its Fastify plugin, which takes 30 ms, a third of the start.
const ASSETS = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** The file names that the page needs beside the bundle, in a folder `docs`. */
export const DOCS_ASSETS = Object.keys(ASSETS);

/** The folder of Swagger UI's files: beside the bundle in an image, else in its package. */
export function docsAssetsDir(): string {
  const besideBundle = join(import.meta.dirname, "docs");
  if (existsSync(besideBundle)) return besideBundle;
  return dirname(fileURLToPath(import.meta.resolve("@fastify/swagger-ui/static/swagger-ui.css")));
}

// Swagger UI leaves a long tag no room for its description on a phone, and keeps a column for links, which no
// answer has.
const STYLE = `@media (max-width: 640px) {
  .swagger-ui .opblock-tag { flex-wrap: wrap; }
  .swagger-ui .opblock-tag > a { flex: 1; }
  .swagger-ui .opblock-tag small { flex: 1 0 100%; order: 1; padding: 4px 0 0; }
  .swagger-ui .response-col_links { display: none; }
  .swagger-ui .highlight-code > .microlight code { word-break: break-word; }
}`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Online inference</title>
<link rel="icon" href="/docs/static/favicon-32x32.png">
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<style>${STYLE}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: "/docs/json", dom_id: "#swagger-ui", deepLinking: true });\n`;

// The page loads nothing from other hosts, so it may not.
const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

// A page kept from the release before would show another interface than this one's.
const ASK_FIRST = "no-cache";
const HOUR = "max-age=3600";

/** `/docs`: the OpenAPI document for people, `/docs/json` for programs; works without a network. */
export const docs: FastifyPluginAsync = async (app) => {
  const assetsDir = docsAssetsDir();
  const page = new Asset("text/html; charset=utf-8", ASK_FIRST, () => Buffer.from(PAGE));
  const json = new Asset("application/json; charset=utf-8", ASK_FIRST, () =>
    Buffer.from(JSON.stringify(app.swagger())),
  );
  const start = new Asset(ASSETS["swagger-ui-bundle.js"], HOUR, () => Buffer.from(START));
  const hidden = { schema: { hide: true } };

  app.get("/docs", hidden, (request, reply) => page.send(request, reply.header("content-security-policy", POLICY)));
  app.get("/docs/json", hidden, (request, reply) => json.send(request, reply));
  app.get("/docs/static/start.js", hidden, (request, reply) => start.send(request, reply));
  for (const [name, type] of Object.entries(ASSETS)) {
    const asset = new Asset(type, HOUR, () => readFile(join(assetsDir, name)));
    app.get(`/docs/static/${name}`, hidden, (request, reply) => asset.send(request, reply));
  }
};
