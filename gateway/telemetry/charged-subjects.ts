import type { Charge } from '../../config-store/gateway-view/types.ts';

export type ChargeKey = Pick<Charge, 'guardrail' | 'horizon' | 'subjectHash'>;

/** Who has left which risk set, by release: what this gateway charged and what it heard from the others. */
export interface ChargedSubjects {
  has(releaseId: string, key: ChargeKey): boolean;
  /** Charges a subject: from now on it counts in neither arm for that guardrail and horizon. */
  charge(charge: Charge): void;
  /** Takes over charges that other gateways wrote. */
  learn(charges: readonly (ChargeKey & { releaseId: string })[]): void;
  /** The charges that are not written yet; gives them away. */
  takePending(): Charge[];
  /** Puts charges back whose write failed. */
  putBack(charges: readonly Charge[]): void;
  /** Forgets the releases that no split names any more. */
  keepOnly(releaseIds: ReadonlySet<string>): void;
}

export function createChargedSubjects(): ChargedSubjects {
  const byRelease = new Map<string, Set<string>>();
  let pending: Charge[] = [];
  const add = (releaseId: string, key: ChargeKey): void => {
    const charged = byRelease.get(releaseId) ?? new Set<string>();
    byRelease.set(releaseId, charged.add(textOf(key)));
  };
  return {
    has: (releaseId, key) => byRelease.get(releaseId)?.has(textOf(key)) === true,
    charge(charge) {
      add(charge.releaseId, charge);
      pending.push(charge);
    },
    learn(charges) {
      for (const charge of charges) add(charge.releaseId, charge);
    },
    takePending() {
      const taken = pending;
      pending = [];
      return taken;
    },
    putBack(charges) {
      pending = [...charges, ...pending];
    },
    keepOnly(releaseIds) {
      for (const releaseId of byRelease.keys()) if (!releaseIds.has(releaseId)) byRelease.delete(releaseId);
    },
  };
}

function textOf({ guardrail, horizon, subjectHash }: ChargeKey): string {
  return `${guardrail}/${horizon}/${subjectHash}`;
}
