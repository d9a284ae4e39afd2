import { isMember } from '../../domain/split/audience.ts';
import type { SaidLabels } from '../../domain/guardrail/segments/said-labels.ts';
import { mayDo, type Caller } from '../callers/caller.ts';
import type { ServedApp } from '../config/served-app.ts';
import type { Subject } from './subject.ts';

/**
 * Is whoever asks of the audience that has the candidate first? What labels say counts of keys alone that may say them: who
 * says them chooses the candidate for itself, and who is compared with whom.
 */
export function isAudience(
  { split }: Pick<ServedApp, 'split'>,
  caller: Caller,
  { subject, labels }: { readonly subject: Subject; readonly labels: SaidLabels },
): boolean {
  return isMember(split, {
    subject: subject.anonymous ? undefined : subject.key,
    labels: mayDo(caller, 'labels') ? labels : undefined,
  });
}
