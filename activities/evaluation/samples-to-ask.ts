import type { Pool } from 'pg';
import { readFreshSamples } from '../../config-store/evaluations/read-fresh-samples.ts';
import { readSamples, type Redacted } from '../../config-store/evaluations/read-samples.ts';
import { keepsFreshSamples } from '../../config-store/evaluations/sample-stock.ts';
import type { PlanGuardrails } from '../../domain/guardrail/plan-guardrails.ts';
import { segmentsOf } from '../../domain/guardrail/segments/said-labels.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { chooseSamples } from '../../analysis/mirror/choose-samples.ts';
import type { SampleChoice } from '../../evals/mirror/mirror-work.ts';
import { freshRow, keptRow, openSamples, type OpenedSample, type SealedRow } from './open-samples.ts';

export interface SampleStores {
  readonly db: Pool;
  readonly dataKeys: SealingKeys;
  /** Undefined where the operator has set none: fresh samples are not read then. */
  readonly freshKeys?: SealingKeys;
}

interface Place {
  readonly app: string;
  readonly environment: string;
}

export interface SamplesToAsk {
  /** Those that ask what production was asked, newest first, each question once. */
  readonly whole: readonly OpenedSample[];
  /** What they were chosen from, and what was left out. */
  readonly choice: SampleChoice;
  /** Where the app keeps no fresh samples: those that redaction has made other requests of. */
  readonly altered: readonly OpenedSample[];
}

/** So many times as many samples are looked at as are asked, so that all kinds of requests are among them. */
const lookedAt = 4;
const mostLookedAt = 2_000;

/**
 * Samples of an app, the newest of each stratum, at most so many of each kind: first the requests of the last hour as they came, and those
 * that redaction has left alone; then those of before, as far as they hold no mark of it. Throws as `openSamples` does.
 */
export async function samplesToAsk(
  stores: SampleStores,
  {
    app,
    environment,
    limit,
    guardrails = {},
  }: Place & {
    readonly limit: number;
    /** Of the plan: its segments are strata of their own. */
    readonly guardrails?: PlanGuardrails;
  },
): Promise<SamplesToAsk> {
  const { db, dataKeys, freshKeys } = stores;
  const most = Math.max(limit, Math.min(lookedAt * limit, mostLookedAt));
  const kept = async (redacted: Redacted): Promise<SealedRow[]> =>
    (await readSamples(db, { app, environment, limit: most, redacted })).map((row) => keptRow(row, dataKeys));
  const fresh = await freshRows(stores, { app, environment, limit: most });
  const whole = newest([...fresh, ...(await kept('whole'))]).slice(0, most);
  const lacking = whole.length < most;
  const ofBefore = lacking ? await kept('unknown') : [];
  const showsAltered = lacking && (freshKeys === undefined || !(await keepsFreshSamples(db, app)));
  const altered = showsAltered ? await kept('altered') : [];
  const rows = [...whole, ...ofBefore, ...altered];
  const opened = openSamples(rows).map((each) => inStratum(each, guardrails));
  const { chosen, strata, repeats } = chooseSamples(
    opened.filter((sample) => !sample.altered),
    limit,
  );
  return {
    whole: chosen,
    altered: showsAltered ? opened.filter((sample) => sample.altered).slice(0, limit) : [],
    choice: { strata: [...strata], repeats, unreadable: rows.length - opened.length },
  };
}

/** What is of a segment of the plan's is asked in proportion to it, however rare it is among all. */
function inStratum(sample: OpenedSample, guardrails: PlanGuardrails): OpenedSample {
  const segments = segmentsOf(guardrails, sample.sample.labels ?? {});
  return segments.length === 0 ? sample : { ...sample, stratum: `${segments.join(', ')}, ${sample.stratum}` };
}

/**
 * Samples that a mirror has planned, as far as they are there still. One that is judged is never asked as redaction has
 * left it: its hour being over, it is gone. Throws as `openSamples` does.
 */
export async function plannedSamples(
  stores: SampleStores,
  {
    app,
    environment,
    planned,
  }: Place & { readonly planned: readonly { readonly id: string; readonly altered?: true }[] },
): Promise<OpenedSample[]> {
  const limit = planned.length;
  const fresh = await freshRows(stores, { app, environment, limit, ids: planned.map(({ id }) => id) });
  const isFresh = new Set(fresh.map(({ row }) => row.id));
  const ids = planned.map(({ id }) => id).filter((id) => !isFresh.has(id));
  const shown = new Set(planned.flatMap(({ id, altered }) => (altered === true ? [id] : [])));
  const kept = await readSamples(stores.db, { app, environment, limit, ids });
  const rows = kept.filter(({ id, altered }) => altered !== true || shown.has(id));
  return openSamples([...fresh, ...rows.map((row) => keptRow(row, stores.dataKeys))]);
}

async function freshRows(
  { db, freshKeys }: SampleStores,
  filter: Parameters<typeof readFreshSamples>[1],
): Promise<SealedRow[]> {
  if (freshKeys === undefined) return [];
  return (await readFreshSamples(db, filter)).map((row) => freshRow(row, freshKeys));
}

function newest(rows: readonly SealedRow[]): SealedRow[] {
  return rows.toSorted(
    (a, b) => b.row.createdAt.localeCompare(a.row.createdAt) || (a.row.id < b.row.id ? -1 : 1),
  );
}
