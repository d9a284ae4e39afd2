import type { Charge, StepUnit } from '../../config-store/gateway-view/types.ts';
import { createPendingRows } from '../queues/pending-rows.ts';

export type ChargeKey = Pick<Charge, 'guardrail' | 'horizon' | 'subjectHash'>;

/** Who has left which risk set, by release: what this gateway charged and what it heard from the others. */
export interface ChargedSubjects {
  has(releaseId: string, key: ChargeKey): boolean;
  /** Charges a subject: from now on it counts in neither arm for that guardrail and horizon. */
  charge(charge: Charge): void;
  /** Tells of a unit that is one over all gateways: whoever settles it first, says what it is. */
  count(unit: StepUnit): void;
  /** Takes over charges that other gateways wrote. */
  learn(charges: readonly (ChargeKey & { readonly releaseId: string })[]): void;
  /** The charges and units that are not written yet; gives them away. */
  takePending(): (Charge | StepUnit)[];
  /** Puts back those whose write failed. */
  putBack(charges: readonly (Charge | StepUnit)[]): void;
  /** How many were never written, for there was no room for them while the database was away. */
  dropped(): number;
  /** Forgets the releases that no split names any more. */
  keepOnly(releaseIds: ReadonlySet<string>): void;
}

/** Some 50 MB a release, and 40 MB of charges while the database is away: callers name subjects as they like. */
export interface ChargeLimits {
  readonly perRelease: number;
  readonly pending: number;
}
const defaultLimits: ChargeLimits = { perRelease: 500_000, pending: 200_000 };

/**
 * Remembers as many as the limits allow. A subject beyond them is charged all the same, and may be again: what is stored
 * of it is the first charge, as ever.
 */
export function createChargedSubjects(limits = defaultLimits): ChargedSubjects {
  const byRelease = new Map<string, Set<string>>();
  const pending = createPendingRows<Charge | StepUnit>(limits.pending);
  const add = (releaseId: string, key: ChargeKey): void => {
    const charged = byRelease.get(releaseId) ?? new Set<string>();
    byRelease.set(releaseId, charged);
    if (charged.size < limits.perRelease) charged.add(textOf(key));
  };
  return {
    has: (releaseId, key) => byRelease.get(releaseId)?.has(textOf(key)) === true,
    charge(charge) {
      add(charge.releaseId, charge);
      pending.add(charge);
    },
    count: pending.add,
    learn(charges) {
      for (const charge of charges) add(charge.releaseId, charge);
    },
    takePending: pending.take,
    putBack: pending.putBack,
    dropped: pending.dropped,
    keepOnly(releaseIds) {
      for (const releaseId of byRelease.keys()) if (!releaseIds.has(releaseId)) byRelease.delete(releaseId);
    },
  };
}

function textOf({ guardrail, horizon, subjectHash }: ChargeKey): string {
  return `${guardrail}/${horizon}/${subjectHash}`;
}
