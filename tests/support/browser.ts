import { type Browser, chromium, type Page } from "playwright-core";

/** Widths at which people read pages: phones, a tablet, two desktops. In pixels, with a height that suits each. */
export const SCREENS = [
  { view: "a small phone", width: 360, height: 740 },
  { view: "a phone", width: 390, height: 844 },
  { view: "a tablet", width: 768, height: 1024 },
  { view: "a desktop", width: 1280, height: 900 },
  { view: "a large desktop", width: 1440, height: 900 },
] as const;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Chromium does not start its sandbox as root. The pages are our own, so no sandbox is needed.
    chromiumSandbox: process.getuid?.() !== 0,
  });

/** What is wrong with a page's layout; all lists are empty and all numbers 0 where nothing is. */
export type Layout = {
  /** By how many pixels the page scrolls sideways. */
  readonly scrolls: number;
  /** Elements beyond the right edge, outside of boxes that scroll. */
  readonly beyond: readonly string[];
  /** Words that stand on several lines, since their box is narrower than they are. */
  readonly broken: readonly string[];
  /** Drawings without a size. */
  readonly unseen: number;
};

export const NEAT: Layout = { scrolls: 0, beyond: [], broken: [], unseen: 0 };

export const layoutOf = (page: Page): Promise<Layout> => page.evaluate<Layout>(LAYOUT);

/**
 * Code for the page. A word is a run of at most 20 letters: longer ones, such as names of pods and digests, may be broken anywhere.
 */
const LAYOUT = `(() => {
  const root = document.documentElement;
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const outside = [...document.body.querySelectorAll("*")].filter(
    (element) => isShown(element) && !element.closest(".scroll, pre, svg") && element.getBoundingClientRect().right > root.clientWidth + 1,
  );
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!isShown(text.parentElement) || text.parentElement.closest("svg, script, style")) continue;
    for (const word of text.data.matchAll(/(?<![\\p{L}\\d_/.:-])\\p{L}{2,20}(?![\\p{L}\\d_/.:-])/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
      if (new Set(tops).size > 1) broken.push(word[0]);
    }
  }
  const drawings = [...document.querySelectorAll(":not(svg) > svg[role=img], img")].map((drawing) => drawing.getBoundingClientRect());
  return {
    scrolls: root.scrollWidth - root.clientWidth,
    beyond: outside.map((element) => element.outerHTML.slice(0, 120)),
    broken,
    unseen: drawings.filter(({ width, height }) => width < 100 || height < 20).length,
  };
})()`;
