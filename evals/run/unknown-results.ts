import { SluiceError } from '../../domain/errors.ts';
import type { WorkResult } from './work.ts';

const shownCases = 5;

/**
 * Nothing may rest on calls of which nothing is known (invariant 26). The message names cases, never what was answered:
 * it may stand in a workflow's history.
 *
 * @throws SluiceError `broken_measurement` naming them
 */
export function requireKnown(results: readonly WorkResult[]): void {
  const unjudged = results.filter(({ verdict }) => verdict === 'not-judged');
  if (unjudged.length > 0) {
    throw new SluiceError(
      'broken_measurement',
      `${unjudged.length} of ${results.length} answers could not be judged: ${casesOf(unjudged)}.`,
      {
        remedy:
          'Mend the assertions of these cases: `sluice eval` says what each of them met. It is neither a pass nor the revision’s failure.',
      },
    );
  }
  const unasked = results.filter(({ verdict }) => verdict === 'not-asked');
  if (unasked.length > 0) {
    throw new SluiceError(
      'broken_measurement',
      `${unasked.length} of ${results.length} calls were refused on the way to the revision: ${casesOf(unasked)}.`,
      { remedy: 'Run the evaluation again when the gateway takes calls.' },
    );
  }
}

/** What each case met, for the team's own eyes: code that fails may quote the answer. */
export function unknownReasons(results: readonly WorkResult[]): string[] {
  const reasons = results
    .filter(({ verdict }) => verdict === 'not-judged' || verdict === 'not-asked')
    .map(({ caseId, error }) => `${caseId}: ${error ?? 'unknown'}`);
  return [...new Set(reasons)];
}

function casesOf(results: readonly WorkResult[]): string {
  const ids = [...new Set(results.map(({ caseId }) => caseId))];
  const more = ids.length > shownCases ? ` and ${ids.length - shownCases} more cases` : '';
  return `${ids.slice(0, shownCases).join(', ')}${more}`;
}
