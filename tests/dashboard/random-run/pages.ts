import type { BrowserContext, Page } from 'playwright-core';
import { listenForFaults } from '../test-fixtures/faults-of-page.ts';

export type Pick = <Item>(items: readonly Item[]) => Item | undefined;

interface PageParts {
  readonly context: BrowserContext;
  readonly url: string;
  readonly token: string;
  readonly pick: Pick;
  readonly release: () => Promise<string | undefined>;
}

const keys = ['j', 'k', 'Enter', '[', ']', 'e', 't', '?', 'Escape', 'Control+k', '/', 'g'];
const tabs = ['', '?tab=evaluation', '?tab=mirror', '?tab=explanation', '?table=yes', '?x=requests'];
const lists = ['/', '/?state=open', '/?needs=me', '/?app=nothing', '/apps', '/apps/bank-support'];
/** A page whose API is away has nothing to say; it is left for the next thing to do. */
const patienceMs = 5_000;

export interface RandomPages {
  /** Does one thing in one of the tabs; only `mayPress` has somebody decide something. */
  act(mayPress: boolean): Promise<void>;
  readonly all: () => readonly Page[];
  readonly faults: readonly string[];
  /** Of the presses on what was offered: what the API answered. */
  readonly pressed: readonly Pressed[];
}

export interface Pressed {
  readonly action: string;
  readonly status: number;
  readonly says: string;
}

/** Tabs of one browser, in which somebody does this and that. */
export async function openPages({ context, url, token, pick, release }: PageParts): Promise<RandomPages> {
  const faults: string[] = [];
  const pressed: Pressed[] = [];
  const heard: string[][] = [];
  const pages: Page[] = [];

  async function open(): Promise<void> {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    heard.push(listenForFaults(page));
    page.on('response', (response) => {
      const request = response.request();
      if (request.method() !== 'POST') return;
      const action = new URL(request.url()).pathname;
      void response
        .text()
        .then((says) => pressed.push({ action, status: response.status(), says: says.slice(0, 300) }))
        .catch(() => undefined);
    });
    pages.push(page);
    await page.goto(`${url}/ui/#token=${token}`);
  }

  const acts: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    async list(page) {
      await page.goto(`${url}/ui${pick(lists) ?? '/'}`);
    },
    async release(page) {
      const id = await release();
      if (id !== undefined) await page.goto(`${url}/ui/r/${id}${pick(tabs) ?? ''}`);
    },
    async key(page) {
      for (let i = 0; i < 3; i += 1) await page.keyboard.press(pick(keys) ?? 'j');
    },
    async reload(page) {
      await page.reload();
    },
    async tab(page) {
      if (pages.length < 4) await open();
      else {
        // Very likely the one that follows the stream for all.
        pages.splice(pages.indexOf(page), 1);
        await page.close();
      }
    },
    async press(page) {
      const id = await release();
      if (id === undefined) return;
      if (!page.url().includes(id)) await page.goto(`${url}/ui/r/${id}`);
      await press(page, pick);
    },
  };

  await open();
  return {
    async act(mayPress) {
      const page = pick(pages);
      const picked = pick([...Object.keys(acts), 'release', 'press']) ?? 'list';
      const name = picked === 'press' && !mayPress ? 'release' : picked;
      const done = page === undefined ? open() : acts[name]?.(page);
      await done?.catch((error: unknown) => faults.push(...unexpected(name, error)));
    },
    all: () => pages,
    get faults() {
      return [...faults, ...heard.flat()];
    },
    pressed,
  };
}

/** Presses one of the buttons that are offered, and says why. */
async function press(page: Page, pick: Pick): Promise<void> {
  await page.keyboard.press('Escape');
  const offered = page.locator('[data-action]:not([aria-disabled])');
  await page.locator('[data-action]').first().waitFor();
  const count = await offered.count();
  if (count === 0) return;
  await offered.nth(pick([...Array(count).keys()]) ?? 0).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.waitFor();
  await dialog.locator('textarea').fill('a random run');
  const name = dialog.locator('input');
  const title = await dialog.getByRole('heading').innerText();
  if ((await name.count()) > 0) await name.fill(/: (\S+) /.exec(title)?.[1] ?? '');
  await dialog.locator('button[type=submit]').click();
  await dialog.getByRole('button', { name: 'Close' }).or(dialog.getByText('✖')).first().waitFor();
  await page.keyboard.press('Escape');
}

/** The API is away now and then: then pages do not come, and nothing can be pressed. That is no fault of theirs. */
function unexpected(act: string, error: unknown): string[] {
  const message = String(error);
  const isAway = /Timeout|net::ERR_|has been closed|interrupted|detached|not attached/.test(message);
  return isAway ? [] : [`${act}: ${message.slice(0, 400)}`];
}
