import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  // What axe's own script puts on the page.
  var axe: { run: (options: object) => Promise<AxeResults> } | undefined;
}

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on a page, a line each: the rule, and where. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy lets nothing be written into it.
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    (values) => globalThis.axe?.run({ runOnly: { type: 'tag', values } }),
    standards,
  );
  if (results === undefined) throw new Error('axe did not run.');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}

/** Collects what a page says went wrong in it: errors that nobody caught, refusals of its policy, what it logs. */
export function listenForFaults(page: Page): string[] {
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      said.push(message.text());
  });
  return said;
}

/** Colours that are on the page and mean that all is well. */
export function greenOnPage(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isGreen = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
      return green > red + 24 && green > blue + 16;
    };
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const { color, backgroundColor, fill, stroke } = getComputedStyle(element);
      const isText = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.nodeValue ?? '').trim() !== '',
      );
      const painted =
        element instanceof SVGElement ? [fill, stroke] : [...(isText ? [color] : []), backgroundColor];
      return painted.some(isGreen) ? [`${element.tagName} ${element.textContent.slice(0, 40)}`] : [];
    });
  });
}
