import { durationMs } from '../../domain/duration.ts';
import type { MirrorSettings } from '../../domain/release/plan.ts';
import { pairsToShow } from './paired-arms.ts';

/** Of so many samples a mirror can be decided: fewer pairs than the margin takes could only be inconclusive. */
export function samplesNeeded({
  minPairs,
  margin,
  samples,
}: Pick<MirrorSettings, 'minPairs' | 'margin' | 'samples'>): number {
  return Math.min(Math.max(minPairs, pairsToShow(margin)), samples);
}

/** What there is for a mirror to ask. */
export interface MirrorStock {
  readonly keepsContent: boolean;
  /** May requests be kept as they came? */
  readonly keepsFresh: boolean;
  readonly fresh: number;
  readonly whole: number;
  readonly altered: number;
  /** Of before it was known whether redaction had altered them. */
  readonly unknown: number;
  /** Came within the last hour and can be asked again. */
  readonly lastHour: number;
  /** The oldest that can be asked again. */
  readonly since?: string;
}

/** Has a mirror what it needs? `waits`: not yet; `lacks`: it will not have it, by what is known. */
export interface MirrorData {
  readonly state: 'ready' | 'waits' | 'lacks';
  readonly need: number;
  readonly have: number;
  readonly altered: number;
  readonly since?: string;
  /** As a sentence. */
  readonly says: string;
  /** What to do where it lacks them, or waits. */
  readonly remedy?: string;
}

const hourMs = 3_600_000;

/**
 * Whether the samples that a mirror needs are there, or will come while it waits: where an app has kept as many requests
 * as it takes, by the pace of its last hour; before that nothing is known of the pace.
 */
export function mirrorData(settings: MirrorSettings, stock: MirrorStock): MirrorData {
  const need = samplesNeeded(settings);
  const have = stock.fresh + stock.whole + stock.unknown;
  const facts = {
    need,
    have,
    altered: stock.altered,
    ...(stock.since === undefined ? {} : { since: stock.since }),
  };
  const needs = `the mirror needs ${need} samples that can be asked again`;
  if (!stock.keepsContent)
    return {
      state: 'lacks',
      ...facts,
      says: `${needs}, and the app keeps no content of requests`,
      remedy: keepContent,
    };
  const there = `${needs}: ${have} are there${detailsOf(stock)}`;
  if (have >= need) return { state: 'ready', ...facts, says: there };
  const remedy = remedyOf(stock);
  const waitMs = durationMs(settings.maxWait);
  const expected = have + Math.floor((stock.lastHour * waitMs) / hourMs);
  const paceIsKnown = have + stock.altered >= need;
  if (waitMs === 0 || (paceIsKnown && expected < need)) {
    const more =
      waitMs === 0 ? 'its plan waits for no others' : `at this pace ${expected} by the end of maxWait`;
    return { state: 'lacks', ...facts, says: `${there}; ${more}`, remedy };
  }
  return {
    state: 'waits',
    ...facts,
    says: `${there}; it waits up to ${settings.maxWait} for the others`,
    remedy,
  };
}

const keepContent =
  'Keep it, some time before the release: sluice app set APP --sampling redacted. Or go without: --skip-mirror.';

function detailsOf({ since, lastHour, altered, fresh, keepsFresh }: MirrorStock): string {
  const details = [
    ...(since === undefined ? [] : [`since ${since}, ${lastHour} of the last hour`]),
    ...(altered <= fresh
      ? []
      : [`${altered - fresh} more are altered by redaction${whyGone(keepsFresh, fresh)}`]),
  ];
  return details.length === 0 ? '' : ` (${details.join('; ')})`;
}

function whyGone(keepsFresh: boolean, fresh: number): string {
  if (!keepsFresh) return ', and the policy forbids to keep them as they came';
  return fresh === 0 ? ', and not kept as they came' : ', and their hour is over';
}

function remedyOf({ keepsFresh, altered, fresh }: MirrorStock): string {
  const first = !keepsFresh
    ? 'Allow fresh samples in the policy (samples.fresh).'
    : altered > 0 && fresh === 0
      ? 'Set SLUICE_FRESH_KEY in gateways and evaluation workers, if it is not; start it while there is traffic.'
      : 'Start it while there is traffic, or raise --samples-per-second of the app.';
  return `${first} Else ask for fewer (minPairs, margin), wait longer (maxWait), or go without: --skip-mirror.`;
}
