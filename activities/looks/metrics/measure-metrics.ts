import { noCounts, type SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import { metricsQuestions } from '../../../domain/guardrail/registry.ts';
import type { Plan } from '../../../domain/release/plan.ts';
import type { Increments, StoredReading } from '../judging/increments.ts';
import { askPrometheus, type MetricsReading, type MetricsSource } from './ask-prometheus.ts';

/** Where an environment's metric stores are, by the name that plans know. */
export type MetricsSources = (environment: string) => ReadonlyMap<string, MetricsSource>;

/** What a look adds of what metric stores know. */
type Measured = Pick<Increments, 'counters' | 'readings' | 'unmeasured'>;

/**
 * Asks the stores of a plan's guardrails, and takes what their counters have grown by since the look before of the same
 * split version. The first reading of a version, and one after a counter has fallen (its process began anew), count
 * nothing and are what the next is held beside; one by which more is bad than there was waits for the next, and says so: it
 * may be a moment's, or queries that have changed places.
 */
export async function measureMetrics(
  {
    plan,
    environment,
    sources,
  }: { readonly plan: Plan; readonly environment: string; readonly sources: MetricsSources },
  before: Increments | undefined,
  present: { readonly splitVersion: number; readonly elapsedMs: number },
): Promise<Measured> {
  const questions = metricsQuestions(plan);
  if (questions.length === 0) return { counters: {} };
  const known = sources(environment);
  const atMs = Date.now();
  const sameVersion = (name: string) => {
    const last = before?.readings?.[name];
    const { atMs: lastMs } = last ?? {};
    if (last?.splitVersion !== present.splitVersion || lastMs === undefined) return undefined;
    return { ...last, atMs: lastMs };
  };
  const asked = questions.map(async (question) => {
    const source = known.get(question.source);
    const answer =
      source === undefined
        ? { why: `no "${question.source}" under \`metrics\` of ${environment} in the environments file` }
        : await askPrometheus(source, question, { atMs, before: sameVersion(question.name) });
    return [question, answer] as const;
  });
  const counters: Record<string, Increments['counters'][string]> = {};
  const readings: Record<string, StoredReading> = {};
  const unmeasured: Record<string, string> = {};
  for (const [{ name, zeroExpected }, answer] of await Promise.all(asked)) {
    const last = before?.readings?.[name];
    if ('why' in answer) {
      unmeasured[name] = answer.why;
      if (last !== undefined) readings[name] = last;
      continue;
    }
    const found = growth(last, answer, { splitVersion: present.splitVersion, atMs });
    const above = everAbove(last?.above, answer);
    const { reading, grown, skewed } = waiting(found, last, silence(above, zeroExpected));
    readings[name] = { ...reading, above };
    if (skewed !== undefined) {
      unmeasured[name] = skewed;
      continue;
    }
    counters[`prometheus:${name}`] = {
      short: [],
      long: [{ ...grown, splitVersion: present.splitVersion, elapsedMs: present.elapsedMs }],
    };
  }
  return { counters, readings, unmeasured };
}

type Growth = ReturnType<typeof growth>;

/** What says nothing yet is not taken: the first look at which it does takes all there was since the first reading. */
function waiting(found: Growth, last: StoredReading | undefined, why: string | undefined): Growth {
  if (why === undefined || found.skewed !== undefined) return found;
  const isSame = last?.splitVersion === found.reading.splitVersion;
  return { reading: isSame ? last : found.reading, grown: noCounts, skewed: why };
}

type Above = NonNullable<StoredReading['above']>;

function everAbove(before: Above | undefined, { candidate, stable }: MetricsReading): Above {
  return {
    bad: before?.bad === true || candidate.bad > 0 || stable.bad > 0,
    candidate: before?.candidate === true || candidate.exposed > 0,
    stable: before?.stable === true || stable.exposed > 0,
  };
}

/**
 * Why a 0 is no count: a query that names what there is not is often 0 and not nothing (`or vector(0)`, a sum over a label
 * that nobody writes). Undefined where it is one, and for plans of before.
 */
function silence({ bad, candidate, stable }: Above, zeroExpected: boolean | undefined): string | undefined {
  if (zeroExpected === undefined) return undefined;
  const silent = candidate ? (stable ? undefined : 'stable') : 'candidate';
  if (silent !== undefined) return `no data: \`exposed\` of ${silent} was never above 0`;
  if (bad || zeroExpected) return undefined;
  return 'no data: `bad` was never above 0 in either arm; where it need not be, say `zeroExpected: true` in the plan';
}

function growth(
  last: StoredReading | undefined,
  { candidate, stable }: MetricsReading,
  { splitVersion, atMs }: { readonly splitVersion: number; readonly atMs: number },
): { readonly reading: StoredReading; readonly grown: SettledCounts; readonly skewed?: string } {
  const reading: StoredReading = { splitVersion, candidate: { ...candidate }, stable: { ...stable }, atMs };
  if (last?.splitVersion !== splitVersion) return { reading, grown: noCounts };
  const grown: SettledCounts = {
    candidateExposed: candidate.exposed - last.candidate.exposed,
    candidateBad: candidate.bad - last.candidate.bad,
    stableExposed: stable.exposed - last.stable.exposed,
    stableBad: stable.bad - last.stable.bad,
  };
  if (Object.values(grown).some((count) => count < 0)) return { reading, grown: noCounts };
  const arm =
    grown.candidateBad > grown.candidateExposed
      ? 'candidate'
      : grown.stableBad > grown.stableExposed
        ? 'stable'
        : undefined;
  if (arm === undefined) return { reading, grown };
  return { reading: last, grown: noCounts, skewed: `more of ${arm} is bad than there was` };
}
