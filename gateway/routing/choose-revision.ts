import { dealingOf, type Dealing } from '../../domain/split/audience.ts';
import { chooseArm, type ArmReason } from '../../domain/split/split.ts';
import type { ChosenRoute, RouteQuestion, Undealt } from './chosen-route.ts';
import { guardedRoute, guardedWay } from './guarded-route.ts';

/** Chooses the revision of a request; a value and a reason, never an error (invariants 15, 16, 19, 23). */
export function chooseRevision(question: RouteQuestion): ChosenRoute {
  const dealing = dealingFor(question);
  const bySplit = routeBySplit(question, dealing);
  const kept = keptRoute(question, bySplit, dealing);
  // Who is dealt unlike those by whom the candidate is judged is in no arm.
  if (!dealing.isCounted) return { ...kept, countedArm: undefined, dealt: undefined };
  return { ...kept, dealt: bySplit.dealt };
}

/** Of a guard all are dealt alike. */
function dealingFor({ served, isMember = false }: RouteQuestion): Dealing {
  if (served.guard !== undefined) return { weight: served.guard.weight, isCounted: true };
  return dealingOf(served.split, isMember);
}

/** An assignment comes before a conversation, and both before the split. */
function keptRoute(question: RouteQuestion, bySplit: ChosenRoute, dealing: Dealing): Undealt {
  const { assigned, conversation } = question;
  if (assigned !== undefined) {
    return routeTo(question, assigned, 'assigned') ?? stableRoute(question, 'candidate-withdrawn');
  }
  if (conversation === undefined) return bySplit;
  if (conversation === bySplit.revision.digest || bySplit.reason === 'lease-expired') return bySplit;
  // A conversation is nobody's proof: while the audience alone has the candidate, it brings nobody else to it.
  const isOfOthers = conversation === question.served.candidate?.digest && dealing.weight === 0;
  const kept = isOfOthers ? undefined : routeTo(question, conversation, 'conversation');
  return kept ?? { ...bySplit, reason: 'candidate-withdrawn' };
}

function routeBySplit(question: RouteQuestion, { weight }: Dealing): ChosenRoute {
  const { served, subject, candidateIsFresh } = question;
  if (served.guard !== undefined) return guardedRoute(question, served.guard);
  const isApart = weight !== served.split.weight;
  const asDealt = isApart ? { ...served.split, weight } : served.split;
  const { arm, reason: why } = chooseArm(asDealt, subject, candidateIsFresh);
  const isByWeight = why === 'weight';
  const reason = isByWeight && isApart ? 'audience' : why;
  if (arm === 'candidate' && served.candidate !== undefined) {
    return {
      ...base(question),
      revision: served.candidate,
      rescuer: served.stable,
      arm,
      reason,
      countedArm: arm,
      dealt: isByWeight ? arm : undefined,
    };
  }
  return {
    ...stableRoute(question, reason),
    countedArm: reason === 'lease-expired' ? 'lease-expired' : 'stable',
    dealt: isByWeight && candidateIsFresh ? 'stable' : undefined,
  };
}

/** The way to a certain revision, as long as it may still be served. */
function routeTo(question: RouteQuestion, digest: string, reason: ArmReason): Undealt | undefined {
  const { stable, candidate, guard, formerStables } = question.served;
  const guarded = guard && guardedWay(question, guard, { digest, reason });
  if (guarded !== undefined) return guarded;
  if (digest === stable.digest) return stableRoute(question, reason);
  if (digest === candidate?.digest) {
    if (!question.candidateIsFresh)
      return { ...stableRoute(question, 'lease-expired'), countedArm: 'lease-expired' };
    return {
      ...base(question),
      revision: candidate,
      rescuer: stable,
      arm: 'candidate',
      reason,
      countedArm: 'candidate',
    };
  }
  const former = formerStables.get(digest);
  if (former === undefined) return undefined;
  return {
    ...base(question),
    revision: former,
    rescuer: undefined,
    arm: 'stable',
    reason,
    countedArm: undefined,
  };
}

function stableRoute(question: RouteQuestion, reason: ArmReason): Undealt {
  return {
    ...base(question),
    revision: question.served.stable,
    rescuer: undefined,
    arm: 'stable',
    reason,
    countedArm: 'stable',
  };
}

function base({ served }: RouteQuestion): { readonly splitVersion: number } {
  return { splitVersion: served.split.version };
}
