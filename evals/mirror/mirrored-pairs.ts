import type { MirroredAnswer, MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { workKey, type WorkResult } from '../run/work.ts';

interface PlannedPairs {
  readonly candidate: string;
  readonly stable: string;
  readonly samples: readonly {
    readonly id: string;
    readonly group?: string;
  }[];
  readonly later?: readonly string[];
}

/** The samples that both arms have been asked, with what is known of either answer. */
export function mirroredPairs(
  { samples, later = [], candidate: candidateRevision, stable: stableRevision }: PlannedPairs,
  results: readonly WorkResult[],
): MirroredPair[] {
  const found = new Map(results.map((result) => [workKey(result), result]));
  const resultOf = (caseId: string, revision: string): WorkResult | undefined =>
    found.get(workKey({ caseId, revision, target: 0, repeat: 0 }));
  const goesOn = new Set(later);
  return samples.flatMap(({ id, group }) => {
    const [candidate, stable] = [resultOf(id, candidateRevision), resultOf(id, stableRevision)];
    if (candidate === undefined || stable === undefined) return [];
    const arms = { candidate: answerOf(candidate), stable: answerOf(stable) };
    return [{ id, ...arms, later: goesOn.has(id), ...(group === undefined ? {} : { group }) }];
  });
}

function answerOf({ verdict, error, latencyMs, details }: WorkResult): MirroredAnswer {
  const { facts, cut, attempts } = details;
  const { refused = false, format, ...figures } = facts ?? {};
  return {
    failed: error !== undefined,
    empty: error === undefined && verdict !== 'passed',
    cut: cut !== undefined,
    refused,
    ...figures,
    ...(format === undefined ? {} : { invalidFormat: format === 'broken' }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}
