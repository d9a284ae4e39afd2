import type { CountedArm } from '../../config-store/gateway-view/types.ts';
import { chooseArm, type Arm, type ArmReason } from '../../domain/split/split.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { ServedApp } from '../config/served-app.ts';

/** Which revision answers a request, and under what it is counted. */
export interface Route {
  readonly revision: ServedRevision;
  readonly arm: Arm;
  readonly reason: ArmReason;
  readonly splitVersion: number;
  /** `undefined`: in no arm, because it went to a revision that is neither side of the split any more. */
  readonly countedArm: CountedArm | undefined;
  /** Is the arm that of the subject's bucket, so that the split check may count the subject (invariant 16)? */
  readonly byWeight: boolean;
}

export interface RouteQuestion {
  readonly served: ServedApp;
  readonly candidateIsFresh: boolean;
  readonly subject: string;
  /** The revision that `/v1/assign` gave this request. */
  readonly assigned?: string | undefined;
  /** The revision that the conversation began on. */
  readonly conversation?: string | undefined;
}

/** Chooses the revision of a request; a value and a reason, never an error (invariants 15, 16, 19, 23). */
export function chooseRevision(question: RouteQuestion): Route {
  const { assigned, conversation } = question;
  const bySplit = routeBySplit(question);
  if (assigned !== undefined) {
    return routeTo(question, assigned, 'assigned') ?? stableRoute(question, 'candidate-withdrawn');
  }
  if (conversation === undefined) return bySplit;
  if (conversation === bySplit.revision.digest || bySplit.reason === 'lease-expired')
    return { ...bySplit, byWeight: false };
  const kept = routeTo(question, conversation, 'conversation');
  return kept ?? { ...bySplit, reason: 'candidate-withdrawn', byWeight: false };
}

function routeBySplit(question: RouteQuestion): Route {
  const { served, subject, candidateIsFresh } = question;
  const { arm, reason } = chooseArm(served.split, subject, candidateIsFresh);
  if (arm === 'candidate' && served.candidate !== undefined) {
    return {
      ...base(question),
      revision: served.candidate,
      arm,
      reason,
      countedArm: arm,
      byWeight: reason === 'weight',
    };
  }
  // While nobody judges, some subjects of the candidate are missing on its side: no side is checked then.
  const byWeight = reason === 'weight' && candidateIsFresh;
  return {
    ...stableRoute(question, reason),
    countedArm: reason === 'lease-expired' ? 'lease-expired' : 'stable',
    byWeight,
  };
}

/** The way to a certain revision, as long as it may still be served. */
function routeTo(question: RouteQuestion, digest: string, reason: ArmReason): Route | undefined {
  const { stable, candidate, formerStables } = question.served;
  if (digest === stable.digest) return stableRoute(question, reason);
  if (digest === candidate?.digest) {
    if (!question.candidateIsFresh)
      return { ...stableRoute(question, 'lease-expired'), countedArm: 'lease-expired' };
    return {
      ...base(question),
      revision: candidate,
      arm: 'candidate',
      reason,
      countedArm: 'candidate',
      byWeight: false,
    };
  }
  const former = formerStables.get(digest);
  if (former === undefined) return undefined;
  return {
    ...base(question),
    revision: former,
    arm: 'stable',
    reason,
    countedArm: undefined,
    byWeight: false,
  };
}

function stableRoute(question: RouteQuestion, reason: ArmReason): Route {
  return {
    ...base(question),
    revision: question.served.stable,
    arm: 'stable',
    reason,
    countedArm: 'stable',
    byWeight: false,
  };
}

function base({ served }: RouteQuestion): { splitVersion: number } {
  return { splitVersion: served.split.version };
}
