import type { Explanation } from './explanation.ts';
import { countWords } from './words.ts';

type Cases = NonNullable<Explanation['cases']>;
type Traffic = NonNullable<Explanation['traffic']>;

/** So many cases are told by name in a sentence; all of them stand in the explanation. */
const mostNamed = 5;

/** What the evaluation found, case by case: which fail, beside stable, and by which assertion. */
export function caseSentences({ newlyFailing, stillFailing, repaired, flaky, failing }: Cases): string[] {
  const counts = [
    [newlyFailing, 'newly fail'],
    [stillFailing, 'fail as before'],
    [repaired, 'are repaired'],
    [flaky, 'are flaky'],
  ] as const;
  const told = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  if (told.length === 0) return [];
  const named = failing.slice(0, mostNamed).map(caseText);
  const more = failing.length - named.length;
  const names = named.length === 0 ? '' : `: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  return [`Of the evaluation's cases ${told.join(', ')}${names}.`];
}

function caseText({ id, critical, candidate, stable, failed }: Cases['failing'][number]): string {
  const beside = stable === undefined ? '' : `, stable ${stable.passed} of ${stable.of}`;
  const by = failed.length === 0 ? '' : ` (${failed.join(', ')})`;
  return `${id}${critical ? ' (critical)' : ''} passed ${candidate.passed} of ${candidate.of}${beside}${by}`;
}

/** What became of the requests of both arms: who failed, and who helped out. */
export function trafficSentences({ candidate, stable }: Traffic): string[] {
  if (candidate === undefined || candidate.requests === 0) return [];
  const parts = [
    `Of ${countWords(candidate.requests)} requests of the candidate ${countWords(candidate.failed)} failed`,
    `${countWords(candidate.rescued)} were rescued by stable`,
    `${countWords(candidate.failedOver)} were answered by a later model of its chain`,
  ];
  const beside =
    stable === undefined
      ? ''
      : `; of ${countWords(stable.requests)} of stable ${countWords(stable.failed)} failed, ${countWords(stable.failedOver)} were answered by a later model`;
  const told = [reasonSentence('candidate', candidate), reasonSentence('stable', stable)];
  return [`${parts.join(', ')}${beside}.`, ...told.flatMap((each) => each ?? [])];
}

type Outcomes = NonNullable<Traffic['candidate']>;

/** A kind of failure as people say it. */
export function failureWords({ kind, status }: Pick<Outcomes['reasons'][number], 'kind' | 'status'>): string {
  if (kind === 'status') return `answered ${status ?? 'an error'}`;
  return kindWords[kind] ?? kind;
}

const kindWords: Readonly<Record<string, string>> = {
  connect: 'took no connection',
  timeout: 'timed out',
  broken: 'broke off',
  empty: 'answered nothing',
  unavailable: 'was left alone after failures',
  refused_here: 'could not be asked this',
  internal: 'failed inside Sluice',
};

/** Why calls gave no answer, over what became of their requests. */
function reasonSentence(arm: string, outcomes: Outcomes | undefined): string | undefined {
  const counted = [
    ...Map.groupBy(outcomes?.reasons ?? [], ({ target, ...of }) => `${target} ${failureWords(of)}`),
  ]
    .map(([text, same]) => ({ text, calls: same.reduce((sum, { calls }) => sum + calls, 0) }))
    .sort((a, b) => b.calls - a.calls);
  if (counted.length === 0) return undefined;
  const named = counted.slice(0, mostNamed).map(({ text, calls }) => `${text} (${countWords(calls)} times)`);
  const more = counted.length - named.length;
  return `Calls of ${arm}'s that gave no answer: ${named.join('; ')}${more > 0 ? `; and ${more} more kinds` : ''}.`;
}

/** What in the mirror is worth a look: how many pairs, and in what they differ most. */
export function mirrorSentences(examples: Explanation['examples']): string[] {
  if (examples.length === 0) return [];
  const why = [
    ...Map.groupBy(
      examples.flatMap((each) => each.why),
      (reason) => reason,
    ),
  ]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostNamed)
    .map(([reason, times]) => (times.length === 1 ? reason : `${reason} (${times.length} times)`));
  return [`The mirror found pairs to look at, the worst first: ${why.join('; ')}.`];
}
