import { noHorizonCounts, type ArmCounts, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import type { Observer } from '../../../domain/guardrail/guardrail.ts';
import type { SegmentCounters } from '../../../domain/guardrail/segments/counted-segments.ts';
import type { Arm, Counting } from '../../../domain/split/split.ts';
import type { ChargedSubjects } from '../charged-subjects.ts';

/** A request that comes to its horizons. */
export interface SettlingUnit {
  readonly splitVersion: number;
  /** Absent for one that is all by itself. */
  readonly subjectHash: string | undefined;
  /** Where it counts beside the whole. */
  readonly segments: SegmentCounters | undefined;
  /** The subject's first request of the split version. */
  readonly first: boolean;
  readonly charged: ChargedSubjects;
  readonly touch: () => ArmCounts;
}

interface Settlement {
  readonly arm: Arm;
  readonly counting: Counting;
  readonly counter: string;
  readonly observer: Observer;
  readonly horizon: Horizon;
  readonly bad: boolean;
  /** A subject's unit of a step is one over all gateways: the store knows whose came first. */
  readonly acrossGateways?: boolean;
}

/** Counts it on the whole and in its segment: a subject is charged in each, once. */
export function settle(unit: SettlingUnit, settlement: Settlement): void {
  settleIn(unit, settlement);
  const counter = unit.segments?.get(settlement.counter);
  if (counter !== undefined) settleIn(unit, { ...settlement, counter });
}

function settleIn(
  { splitVersion, subjectHash: ofUnit, first, charged, touch }: SettlingUnit,
  { arm, counting: { releaseId }, counter, observer, horizon, bad, acrossGateways }: Settlement,
): void {
  if (observer.unit === 'subject-in-step' && !first) return;
  if (acrossGateways === true && ofUnit !== undefined) {
    charged.count({ releaseId, guardrail: counter, subjectHash: ofUnit, arm, splitVersion, bad });
    return;
  }
  const subjectHash = observer.unit === 'subject' ? ofUnit : undefined;
  if (subjectHash !== undefined && charged.has(releaseId, { guardrail: counter, horizon, subjectHash }))
    return;
  const exposure = (touch().guardrails[counter] ??= noHorizonCounts())[horizon];
  exposure.exposed += 1;
  if (!bad) return;
  if (subjectHash === undefined) exposure.bad += 1;
  else charged.charge({ releaseId, guardrail: counter, horizon, subjectHash, arm, splitVersion });
}
