import type { CountedArm } from '../../config-store/gateway-view/types.ts';
import { chooseArm, type Arm, type ArmReason } from '../../domain/split/split.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { ServedApp } from '../config/served-app.ts';

/** Which revision answers a request, and under what it is counted. */
export interface ChosenRoute {
  readonly revision: ServedRevision;
  readonly arm: Arm;
  readonly reason: ArmReason;
  readonly splitVersion: number;
  /** `undefined`: in no arm, because it went to a revision that is neither side of the split any more. */
  readonly countedArm: CountedArm | undefined;
  /**
   * The arm that the subject's bucket and the weight give, whatever the request went to in the end: what the split check
   * counts the subject on (invariant 16). Absent where no weight decides, and while nobody judges: then some subjects of
   * the candidate are missing on its side.
   */
  readonly dealt: Arm | undefined;
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

type Undealt = Omit<ChosenRoute, 'dealt'>;

/** Chooses the revision of a request; a value and a reason, never an error (invariants 15, 16, 19, 23). */
export function chooseRevision(question: RouteQuestion): ChosenRoute {
  const bySplit = routeBySplit(question);
  return { ...keptRoute(question, bySplit), dealt: bySplit.dealt };
}

/** An assignment comes before a conversation, and both before the split. */
function keptRoute(question: RouteQuestion, bySplit: ChosenRoute): Undealt {
  const { assigned, conversation } = question;
  if (assigned !== undefined) {
    return routeTo(question, assigned, 'assigned') ?? stableRoute(question, 'candidate-withdrawn');
  }
  if (conversation === undefined) return bySplit;
  if (conversation === bySplit.revision.digest || bySplit.reason === 'lease-expired') return bySplit;
  const kept = routeTo(question, conversation, 'conversation');
  return kept ?? { ...bySplit, reason: 'candidate-withdrawn' };
}

function routeBySplit(question: RouteQuestion): ChosenRoute {
  const { served, subject, candidateIsFresh } = question;
  const { arm, reason } = chooseArm(served.split, subject, candidateIsFresh);
  if (arm === 'candidate' && served.candidate !== undefined) {
    return {
      ...base(question),
      revision: served.candidate,
      arm,
      reason,
      countedArm: arm,
      dealt: reason === 'weight' ? arm : undefined,
    };
  }
  return {
    ...stableRoute(question, reason),
    countedArm: reason === 'lease-expired' ? 'lease-expired' : 'stable',
    dealt: reason === 'weight' && candidateIsFresh ? 'stable' : undefined,
  };
}

/** The way to a certain revision, as long as it may still be served. */
function routeTo(question: RouteQuestion, digest: string, reason: ArmReason): Undealt | undefined {
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
  };
}

function stableRoute(question: RouteQuestion, reason: ArmReason): Undealt {
  return {
    ...base(question),
    revision: question.served.stable,
    arm: 'stable',
    reason,
    countedArm: 'stable',
  };
}

function base({ served }: RouteQuestion): { readonly splitVersion: number } {
  return { splitVersion: served.split.version };
}
