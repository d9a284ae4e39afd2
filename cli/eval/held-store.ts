import type { GatewayStore } from '../../gateway/config/connect-store.ts';
import type { Revision } from '../../domain/revision/revision.ts';

/**
 * A gateway's store that is in memory: these revisions can be pinned, no app serves anything, and nothing is counted.
 * So an evaluation needs no database.
 */
export function createHeldStore(revisions: readonly Revision[]): GatewayStore {
  const done = (): Promise<void> => Promise.resolve();
  return {
    readView: () => Promise.resolve({ databaseTime: new Date().toISOString(), apps: {}, inactive: [] }),
    readKeys: () => Promise.resolve({ digest: '', keys: [] }),
    useAssignments: (ids) => Promise.resolve(new Set(ids)),
    readRevisions: () => Promise.resolve([]),
    readPinned: (app, ref) =>
      Promise.resolve(
        revisions.find((each) => each.app === app && (each.digest === ref || each.label === ref)),
      ),
    takeRehearsals: () => Promise.resolve([]),
    answerRehearsal: done,
    readCharges: () => Promise.resolve([]),
    storeFeedback: () => Promise.resolve({ kept: [], full: [] }),
    readFeedback: () => Promise.resolve([]),
    heartbeat: done,
    acknowledge: done,
    flush: done,
    insertSamples: done,
    insertLiveAnswers: done,
    sampleKeyIds: () => Promise.resolve([]),
    listen: () => ({ close: done }),
    close: done,
  };
}
