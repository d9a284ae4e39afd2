import type { GateResult } from '../../activities/evaluation/contract.ts';
import type { StageResult } from '../release/stage.ts';

/** What a gate before production means for the release: only a pass, or a gate that the plan skips, lets it go on. */
export function gateEnd(stage: string, gate: GateResult): StageResult {
  switch (gate.outcome) {
    case 'pass':
    case 'skipped':
      return gate;
    case 'fail':
      return { ...gate, end: { outcome: 'blocked', reason: `${stage}: ${gate.summary}` } };
    case 'inconclusive':
      return { ...gate, end: { outcome: 'inconclusive', reason: `${stage}: ${gate.summary}` } };
  }
}
