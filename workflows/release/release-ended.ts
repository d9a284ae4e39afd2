import type { ReleaseOutcome } from '../../activities/release/contract.ts';

/** Ends a release from wherever it is noticed that it cannot go on; the workflow withdraws and closes. */
export class ReleaseEnded extends Error {
  readonly end: ReleaseOutcome;
  /** What is recorded of the stage: `error` where nothing valid could be measured. */
  readonly stageOutcome: 'fail' | 'inconclusive' | 'error';

  constructor(end: ReleaseOutcome, stageOutcome: 'fail' | 'inconclusive' | 'error') {
    super(end.reason);
    this.name = 'ReleaseEnded';
    this.end = end;
    this.stageOutcome = stageOutcome;
  }
}

/** Somebody else wrote the split, or ended the release in the database: what their write says counts. */
export function superseded(reason: string): ReleaseEnded {
  return new ReleaseEnded({ outcome: 'superseded', reason }, 'inconclusive');
}
