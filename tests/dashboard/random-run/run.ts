import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Browser, Page } from 'playwright-core';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { seededRandom } from '../../../simulator/random.ts';
import type { Releases } from '../../faults/test-fixtures/releases.ts';
import { waitFor } from '../../support/wait-for.ts';
import { greenOnPage } from '../test-fixtures/faults-of-page.ts';
import { startFaults } from './faults.ts';
import { startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { openPages, type Pick } from './pages.ts';
import { isGreen, watchAtTerminal, type Watching } from './terminal.ts';
import { isSilent, truthOf, type Truth } from './truth.ts';

interface RunParts {
  readonly world: DemoWorld;
  readonly db: Pool;
  readonly releases: Releases;
  readonly browser: Browser;
  readonly seed: string;
  readonly seconds: number;
  readonly onProgress?: (line: string) => void;
}

export interface RunReport {
  /** What must never be: each once. */
  readonly faults: readonly string[];
  readonly acts: number;
  /** Presses that the API took. */
  readonly taken: number;
  /** Times at which something was looked at: with green on it, and too old for any. */
  readonly looks: { readonly green: number; readonly stale: number; readonly staleTerminal: number };
  readonly counts: Readonly<Record<string, number>>;
}

const quietMs = 250;
/** What a page has to draw, it has drawn by then. */
const drawsWithinMs = 3_000;

/** Does random things on pages and at a terminal while the stack is broken and mended, and looks for what must never be. */
export async function randomRun(parts: RunParts): Promise<RunReport> {
  const { world, db, releases, browser, seed, seconds, onProgress = () => undefined } = parts;
  const random = seededRandom(seed);
  const pick: Pick = (items) => items[Math.floor(random() * items.length)];
  const truth = truthOf(db);
  const way = await startCuttableProxy(world.stack.connections.apiUrl);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const pages = await openPages({
    context,
    url: way.url.replace(/\/$/, ''),
    token: world.token,
    pick,
    release: truth.open,
  });
  const faults = new Set<string>();
  const looks = { green: 0, stale: 0, staleTerminal: 0 };
  const terminals: Watching[] = [];
  const keeping = keepOneOpen(releases, truth, (id) => {
    terminals.push(watchAtTerminal(id, { SLUICE_API_URL: way.url, SLUICE_TOKEN: world.token }));
  });
  // The first kill is to be of a worker that has something to look at.
  await waitFor(() => truth.isLookedAt(), { what: 'a release that is looked at', timeoutMs: 120_000 });
  const atWork = startFaults(world, way, seededRandom(`${seed}/faults`));
  const untilMs = Date.now() + seconds * 1_000;
  let acts = 0;
  try {
    while (Date.now() < untilMs) {
      await pages.act(atWork.isFirstOver());
      acts += 1;
      for (const fault of await lookAt(pages.all(), { truth, way, looks, terminal: terminals.at(-1) }))
        faults.add(fault);
      if (acts % 50 === 0)
        onProgress(`${acts} acts, ${faults.size} faults, ${JSON.stringify(atWork.counts)}`);
      await delay(quietMs);
    }
  } finally {
    await atWork.stop();
    await keeping.stop();
    for (const terminal of terminals) terminal.stop();
    await context.close();
    await way.cut();
  }
  for (const fault of [...pages.faults, ...terminals.flatMap((one) => one.faults)]) faults.add(fault);
  for (const { action, status, says } of pages.pressed)
    if (isRefusal(status)) faults.add(`offered, and refused: ${action} ${status} ${says}`);
  const taken = pages.pressed.filter(({ status }) => status < 300).length;
  return { faults: [...faults], acts, taken, looks, counts: atWork.counts };
}

/** Not that it has moved meanwhile, which the dialog says, nor that the API cannot do anything now. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 409;
}

interface Looked {
  readonly truth: Truth;
  readonly way: { readonly lastHeardMs: () => number };
  readonly looks: { green: number; stale: number; staleTerminal: number };
  readonly terminal: Watching | undefined;
}

/** What is green although it is too old, on pages and at the terminal. */
async function lookAt(pages: readonly Page[], looked: Looked): Promise<string[]> {
  const { truth, looks, terminal } = looked;
  const found: string[] = [];
  for (const page of pages) {
    const once = await tooGreen(page, looked);
    if (once === undefined) continue;
    // A machine that is busy draws late: what is so after a while is no matter of drawing.
    await delay(drawsWithinMs);
    if ((await tooGreen(page, looked)) !== undefined) found.push(once);
  }
  const last = terminal?.last();
  const stale = await truth.stale();
  if (last !== undefined && stale.length > 0) {
    looks.staleTerminal += 1;
    const isDrawnSince = last.atMs > Date.now() - drawsWithinMs;
    if (isDrawnSince && isGreen(last.block))
      found.push(`green at the terminal: ${JSON.stringify(last.block).slice(0, 1_500)}`);
  }
  return found;
}

/** What is green on a page although nothing has been heard for too long, of the API or of the release that it shows. */
async function tooGreen(page: Page, { truth, way, looks }: Looked): Promise<string | undefined> {
  const about = page.url().replace(/#.*/, '');
  const isOld = async () => {
    const stale = await truth.stale();
    return { silent: isSilent(way.lastHeardMs()), release: stale.some((id) => about.includes(`/r/${id}`)) };
  };
  const before = await isOld();
  const green = await greenOnPage(page).catch(() => []);
  // What it has heard meanwhile makes it young again.
  const after = await isOld();
  if (green.length > 0) looks.green += 1;
  if (before.silent || before.release) looks.stale += 1;
  const ofRelease = green.filter((element) => !element.includes('● live'));
  if (before.silent && after.silent && green.length > 0)
    return `green after silence on ${about}: ${green.join(' | ')}`;
  if (before.release && after.release && ofRelease.length > 0)
    return `green of what nobody knows on ${about}: ${ofRelease.join(' | ')}`;
  return undefined;
}

/** Has a release of a day's length at 25 %, and the next one when somebody has ended it. */
function keepOneOpen(releases: Releases, truth: Truth, onOpened: (id: string) => void) {
  let number = 0;
  let isOver = false;
  let watched: string | undefined;
  const keep = async (): Promise<void> => {
    while (!isOver) {
      const id = await truth.open();
      if (id !== undefined && id !== watched) {
        watched = id;
        onOpened(id);
      }
      // Where the API is away there is none until it is back.
      if (id === undefined) await releases.start(`random-${(number += 1)}`, 'default').catch(() => undefined);
      await delay(500);
    }
  };
  const ended = keep();
  return {
    async stop() {
      isOver = true;
      await ended;
    },
  };
}
