import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, layoutOf, NEAT, SCREENS } from "../support/browser.ts";
import { createTestApp } from "./support/harness.ts";

const { app } = await createTestApp();
let browser: Browser;
let url: string;

beforeAll(async () => {
  await app.listen({ host: "127.0.0.1", port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await app.close();
});

test.each(SCREENS)("/docs fits on $view, complains of nothing and asks for nothing from elsewhere", async (screen) => {
  const { width, height } = screen;
  const page = await browser.newPage({ viewport: { width, height }, isMobile: width < 500, hasTouch: width < 500 });
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requested.push(request.url()));
  await page.goto(`${url}/docs`);
  await page.locator(".opblock-tag").first().waitFor();
  expect(await page.evaluate("innerWidth")).toBe(width);
  expect(await layoutOf(page)).toEqual(NEAT);
  await page.locator(".opblock-summary").first().click();
  await page.locator(".opblock-body").first().waitFor();
  expect(await layoutOf(page)).toEqual(NEAT);
  expect(complaints).toEqual([]);
  expect(requested.filter((one) => !one.startsWith(url) && !one.startsWith("data:"))).toEqual([]);
  await page.close();
});
