import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderComparison } from "../../../observer/comparison/table-page.ts";
import { indexPage } from "../../../observer/report/index-page.ts";
import { renderReport, writeReport } from "../../../observer/report/report.ts";
import { changeOf } from "../support/facts-of.ts";
import { claiming } from "../support/hostile.ts";
import { blueGreen, crashLoop, empty, long, rolling } from "../support/scenarios.ts";

const VIEWS = [
  { view: "desktop", width: 1280, height: 900, media: "screen" },
  { view: "phone", width: 360, height: 740, media: "screen" },
  { view: "print", width: 718, height: 1047, media: "print" },
] as const;
const PAGES = ["rolling", "crash-loop", "long", "empty", "index", "compare"] as const;

type Measured = {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly beyond: readonly string[];
  readonly unseenDrawings: number;
};

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pages-"));
  const write = (name: string, page: string) => writeFile(join(folder, `${name}.html`), page);
  const { data } = await writeReport(folder, claiming(rolling()));
  const index = indexPage(
    [{ data, html: "report.html", thumbnail: "timeline.png" }],
    [{ experiment: "helm", why: "not run" }],
  );
  await Promise.all([
    write("rolling", renderReport(claiming(rolling())).page),
    write("crash-loop", renderReport(crashLoop()).page),
    write("long", renderReport(long()).page),
    write("empty", renderReport(empty()).page),
    write("index", index),
    write("compare", renderComparison([rolling(), blueGreen()].flatMap((one) => changeOf(one) ?? [])).page),
  ]);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Chromium does not start its sandbox as root. The pages are our own, so no sandbox is needed.
    chromiumSandbox: process.getuid?.() !== 0,
  });
});

afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

describe.each(PAGES)("the page %s in a browser", (name) => {
  test.each(VIEWS)("fits on $view, complains of nothing and asks for nothing", async ({ width, height, media }) => {
    const page = await browser.newPage({ viewport: { width, height } });
    const complaints: string[] = [];
    const requested: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(request.url()));
    page.on("request", (request) => requested.push(request.url()));
    await page.emulateMedia({ media });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);

    const measured = await page.evaluate<Measured>(measureInPage);
    expect(measured.scrollWidth).toBeLessThanOrEqual(measured.clientWidth);
    expect(measured.beyond).toEqual([]);
    expect(measured.unseenDrawings).toBe(0);
    expect(complaints).toEqual([]);
    expect(requested.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    const picture = await page.screenshot({ fullPage: true });
    expect(picture.readUInt32BE(16)).toBe(width);
    await page.close();
  });
});

test("a verdict's evidence leads to the event", async () => {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(folder, "rolling.html")).href);
  const link = page.locator(".verdicts a").first();
  const target = await link.getAttribute("href");
  await link.click();
  const row = page.locator(`[id="${target?.slice(1)}"]`);
  expect(await row.evaluate((element: { matches(selector: string): boolean }) => element.matches(":target"))).toBe(
    true,
  );
  await page.close();
});

/** Code for the page: it measures widths, and finds elements beyond the right edge of the page and drawings without a size. */
const measureInPage = `(() => {
  const root = document.documentElement;
  const outside = [...document.body.querySelectorAll("*")].filter(
    (element) => !element.closest(".scroll, pre, details:not([open])") && element.getBoundingClientRect().right > root.clientWidth + 1,
  );
  const drawings = [...document.querySelectorAll(":not(svg) > svg, img")].map((drawing) => drawing.getBoundingClientRect());
  return {
    scrollWidth: root.scrollWidth,
    clientWidth: root.clientWidth,
    beyond: outside.map((element) => element.outerHTML.slice(0, 80)),
    unseenDrawings: drawings.filter(({ width, height }) => width < 100 || height < 20).length,
  };
})()`;
