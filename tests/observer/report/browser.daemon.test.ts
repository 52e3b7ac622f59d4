import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderComparison } from "../../../observer/comparison/table-page.ts";
import { indexPage } from "../../../observer/report/index-page.ts";
import { renderReport, writeReport } from "../../../observer/report/report.ts";
import { launchBrowser, layoutOf, NEAT, SCREENS } from "../../support/browser.ts";
import { oneRound } from "../support/compared.ts";
import { changeOf } from "../support/facts-of.ts";
import { claiming } from "../support/hostile.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { blueGreen, crashLoop, empty, long, rolling } from "../support/scenarios.ts";

const VIEWS = [
  ...SCREENS.map((screen) => ({ ...screen, media: "screen" as const })),
  { view: "print", width: 718, height: 1047, media: "print" as const },
];
const PAGES = ["rolling", "crash-loop", "long", "empty", "index", "compare"] as const;

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
    write("compare", renderComparison(oneRound([rolling(), blueGreen()].flatMap((one) => changeOf(one) ?? []))).page),
  ]);
  browser = await launchBrowser();
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

    expect(await layoutOf(page)).toEqual(NEAT);
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

/** Where the time line's box is scrolled to, and where the mark of the change stands in it, in pixels from its left. */
type Scrolled = { readonly left: number; readonly width: number; readonly mark: number };

const SCROLLED = `(() => {
  const box = document.querySelector(".timeline .scroll");
  const mark = box.querySelector(".opening");
  return { left: box.scrollLeft, width: box.clientWidth, mark: mark.getBoundingClientRect().left - box.getBoundingClientRect().left };
})()`;

test.each(SCREENS)(
  "the time line opens at the change on $view, and scrolls freely from there",
  async ({ width, height }) => {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.goto(pathToFileURL(join(folder, "rolling.html")).href);
    const opened = await page.evaluate<Scrolled>(SCROLLED);
    expect(opened.mark).toBeGreaterThanOrEqual(0);
    expect(opened.mark).toBeLessThan(opened.width / 2);
    if (width < 400) expect(opened.left).toBeGreaterThan(0);
    await page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => undefined)");
    expect(await page.evaluate<Scrolled>(SCROLLED)).toEqual(opened);
    await page.evaluate(`document.querySelector(".timeline .scroll").scrollLeft = 0`);
    expect(await page.evaluate<Scrolled>(SCROLLED)).toMatchObject({ left: 0 });
    await page.close();
  },
);

/** Labels of steps that touch another one, or through which the line of a step goes, by what the browser measures. */
const STRUCK = `(() => {
  const steps = document.querySelector("[aria-label=steps]");
  const boxes = [...steps.querySelectorAll("text")].map((text) => ({ label: text.textContent, ...text.getBoundingClientRect().toJSON() }));
  const lines = [...steps.querySelectorAll("line")].map((line) => line.getBoundingClientRect());
  return boxes.filter((box, index) =>
    lines.some((line) => line.left > box.left + 1 && line.left < box.right - 1 && line.top < box.bottom - 1) ||
    boxes.some((other, place) => place !== index && other.left < box.right - 1 && box.left < other.right - 1 && other.top < box.bottom - 1 && box.top < other.bottom - 1),
  ).map(({ label }) => label);
})()`;

test("no label of a step is struck by a line or touches another", async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  for (const { name, recording } of await fixtures()) {
    await page.setContent(renderReport(recording).page);
    expect({ name, struck: await page.evaluate(STRUCK) }).toEqual({ name, struck: [] });
  }
  await page.close();
});
