import { chooseArm, type ArmReason } from '../../domain/split/split.ts';
import type { ServedApp } from '../config/served-app.ts';
import type { ChosenRoute, RouteQuestion, Undealt } from './chosen-route.ts';

type Guard = NonNullable<ServedApp['guard']>;

/**
 * The way of a request while the former stable revision is held back: the same subjects as in the step before stay on it,
 * as the arm `stable`, for as long as somebody judges. Else all get what is stable.
 */
export function guardedRoute(question: RouteQuestion, guard: Guard): ChosenRoute {
  const { served, subject, candidateIsFresh } = question;
  const { stable, ...rest } = served.split;
  const asDealt = { ...rest, stable: guard.former, candidate: stable ?? guard.former, weight: guard.weight };
  const { arm, reason } = chooseArm(asDealt, subject, true);
  const dealt = reason === 'weight' && candidateIsFresh ? arm : undefined;
  if (arm === 'candidate') return { ...guardedTo(question, guard, reason), dealt };
  if (!candidateIsFresh) return { ...unjudged(question, guard), dealt };
  return { ...formerTo(question, guard, reason), dealt };
}

/** The way to a certain revision, where it is one of the two. */
export function guardedWay(
  question: RouteQuestion,
  guard: Guard,
  { digest, reason }: { readonly digest: string; readonly reason: ArmReason },
): Undealt | undefined {
  if (digest === question.served.stable.digest) return guardedTo(question, guard, reason);
  if (digest !== guard.former) return undefined;
  return question.candidateIsFresh ? formerTo(question, guard, reason) : unjudged(question, guard);
}

/** To what is stable, which is what is judged. */
function guardedTo({ served, candidateIsFresh }: RouteQuestion, guard: Guard, reason: ArmReason): Undealt {
  return {
    ...{ revision: served.stable, arm: 'candidate', reason, countedArm: 'candidate' },
    splitVersion: served.split.version,
    rescuer: candidateIsFresh ? guard.revision : undefined,
  };
}

function unjudged(question: RouteQuestion, guard: Guard): Undealt {
  return { ...guardedTo(question, guard, 'lease-expired'), countedArm: 'lease-expired' };
}

function formerTo({ served }: RouteQuestion, guard: Guard, reason: ArmReason): Undealt {
  return {
    ...{ revision: guard.revision, arm: 'stable', reason, countedArm: 'stable' },
    splitVersion: served.split.version,
    rescuer: undefined,
  };
}
