import { randomUUID } from 'node:crypto';
import { countedBy, type ServedApp } from '../config/served-app.ts';
import type { ConfigView } from '../config/view.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { SeenSubjects } from '../telemetry/seen-subjects.ts';
import { chooseRevision } from './choose-revision.ts';
import type { ChosenRoute } from './chosen-route.ts';

export interface NoteDealtParts {
  readonly view: Pick<ConfigView, 'candidateIsFresh'>;
  readonly counters: Pick<Counters, 'draw'>;
  readonly seen: Pick<SeenSubjects, 'note'>;
}

/**
 * Counts for the check of the split, before anybody can know the arm by what the gateway answers: the caller's subject,
 * whatever becomes of the request, and one that the gateway draws itself. What callers choose can make the first disagree
 * with the weight, and never the second (invariant 16). `subjectHash`: absent where the subject was drawn already.
 */
export function noteDealt(
  { view, counters, seen }: NoteDealtParts,
  served: ServedApp,
  {
    route,
    subjectHash,
    isMember,
  }: {
    readonly route: Pick<ChosenRoute, 'dealt' | 'splitVersion'>;
    readonly subjectHash: string | undefined;
    /** Is the caller of the split's audience? What is drawn for it is dealt as it is. */
    readonly isMember: boolean;
  },
): void {
  const { app, candidate } = served.split;
  if ((candidate ?? served.guard) === undefined) return;
  const counting = countedBy(served);
  const { dealt, splitVersion } = route;
  if (subjectHash !== undefined && dealt !== undefined)
    seen.note({ app, splitVersion, subjectHash, arm: dealt });
  const drawn = subjectHash === undefined ? dealt : draw(served, view.candidateIsFresh(served), isMember);
  if (drawn !== undefined) counters.draw({ app, splitVersion, arm: drawn, counting });
}

function draw(served: ServedApp, candidateIsFresh: boolean, isMember: boolean): ChosenRoute['dealt'] {
  return chooseRevision({ served, candidateIsFresh, isMember, subject: randomUUID() }).dealt;
}
