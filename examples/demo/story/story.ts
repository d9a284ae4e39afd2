import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import type { Traffic } from '../../../simulator/traffic/traffic.ts';
import type { LabelledRow } from '../../bank-support/load-knowledge.ts';
import type { Checks } from '../checks.ts';
import type { Ran } from '../command-line.ts';
import type { KeptRate } from '../live-rate.ts';
import { waitUntil } from '../wait-until.ts';
import type { DemoWorld } from '../world.ts';
import type { Screen } from './screen.ts';

/** What every beat of the story works with. */
export interface Story {
  readonly world: DemoWorld;
  readonly screen: Screen;
  readonly checks: Checks;
  /** Requests per second of each crowd of customers, where the machine keeps up. */
  readonly ratePerSecond: number;
  /** What it does keep up with, of the customers of the app that Sluice releases. */
  readonly kept: KeptRate;
  /** Customers of the app that Sluice releases. */
  readonly customers: Traffic;
  /** Customers of its copy, to which a change goes at once. */
  readonly today: Traffic;
  /** Who complains: a question that is answered wrongly now, and the answer. */
  readonly complaint: { readonly question: LabelledRow; readonly answer: string };
  /** The word of the complaint that many write who want something else. */
  readonly word: string;
  /** The questions that customers ask: those that are answered rightly now. */
  readonly questions: readonly LabelledRow[];
  /** What one beat has found and a later one comes back to. */
  readonly found: {
    /** The release that the mirror has stopped. */
    mirrored?: string;
  };
}

export interface Beat {
  readonly title: string;
  readonly play: (story: Story) => Promise<void>;
}

/** A wait in vain gives up after it: a busy machine takes minutes for what takes seconds. */
const longestWaitMs = 300_000;

/**
 * Waits for a condition, and says so where that takes over three times as long as usual. Throws where it never comes.
 *
 * @param what completes "still waiting for"
 */
export async function until<T>(
  { screen }: Story,
  what: string,
  usualMs: number,
  condition: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const slow = setTimeout(() => {
    screen.say(`(This machine has much to do: still waiting for ${what}.)`, 'dim');
  }, 3 * usualMs);
  try {
    const { value, tookMs } = await waitUntil(condition, longestWaitMs);
    if (value === undefined) throw new Error(`${what} did not come within ${(tookMs / 1000).toFixed(0)} s`);
    return value;
  } finally {
    clearTimeout(slow);
  }
}

/** Runs a command of `sluice`, shown as a person would type it; what it prints is told by the story. */
export function sluice({ world, screen }: Story, args: readonly string[]): Promise<Ran> {
  screen.command(`sluice ${args.map((arg) => (/[\s"]/.test(arg) ? JSON.stringify(arg) : arg)).join(' ')}`);
  return world.commands.sluice(args);
}

/** A release as the API tells it; undefined while it does not answer. */
export function readRelease({ world }: Story, id: string): Promise<ReleaseDetail | undefined> {
  return world.api.get<ReleaseDetail>(`/v1/releases/${id}`).catch(() => undefined);
}

/** A text on one line, of so many characters at most. */
export function quoted(text: string, characters = 150): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return `“${line.length > characters ? `${line.slice(0, characters - 1)}…` : line}”`;
}

/** An intent as people say it: `salary_not_received` is salary not received. */
export function inWords(intent: string): string {
  return intent
    .replaceAll(/[_/-]+/g, ' ')
    .replace(/\?$/, '')
    .toLowerCase();
}
