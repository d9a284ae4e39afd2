import { acknowledgeSplit, type ClientAck } from '../../config-store/gateway-view/acknowledge-split.ts';
import { createPool } from '../../config-store/gateway-view/create-pool.ts';
import {
  readFeedback,
  storeFeedback,
  type FeedbackQuery,
  type HeardFeedback,
  type StoredFeedback,
  type ToldFeedback,
} from '../../config-store/gateway-view/feedback.ts';
import { flushCounters, type CounterFlush } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat, type Heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import {
  insertLiveAnswers,
  type LiveAnswerToInsert,
} from '../../config-store/gateway-view/insert-live-answers.ts';
import { insertSamples, type SampleToInsert } from '../../config-store/gateway-view/insert-samples.ts';
import { listenForChanges } from '../../config-store/gateway-view/listen-for-changes.ts';
import { readCharges, type StoredCharge } from '../../config-store/gateway-view/read-charges.ts';
import { readGatewayView, type GatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import { readKeys, type KeysRead } from '../../config-store/gateway-view/read-keys.ts';
import { readPinnedRevision } from '../../config-store/gateway-view/read-pinned-revision.ts';
import { sampleKeyIds } from '../../config-store/gateway-view/sample-key-ids.ts';
import { readRevisions } from '../../config-store/gateway-view/read-revisions.ts';
import {
  answerRehearsal,
  takeRehearsals,
  type RehearsalOutcome,
  type RehearsalQuestion,
} from '../../config-store/gateway-view/rehearsals.ts';
import { useAssignments } from '../../config-store/gateway-view/use-assignments.ts';
import type { Revision } from '../../domain/revision/revision.ts';

/** All that a gateway asks of the database and tells it, with its own name put in. */
export interface GatewayStore {
  readView(): Promise<GatewayView>;
  /** The keys of callers, where they are others than those with the digest `known`. */
  readKeys(known: string | undefined): Promise<KeysRead>;
  useAssignments(ids: readonly string[]): Promise<ReadonlySet<string>>;
  readRevisions(app: string, digests: readonly string[]): Promise<readonly Revision[]>;
  readPinned(app: string, ref: string): Promise<Revision | undefined>;
  takeRehearsals(): Promise<readonly RehearsalQuestion[]>;
  answerRehearsal(
    answer: RehearsalQuestion & { readonly outcome: RehearsalOutcome; readonly reason?: string | undefined },
  ): Promise<void>;
  readCharges(query: {
    readonly releaseIds: string[];
    readonly afterAt: string | undefined;
  }): Promise<readonly StoredCharge[]>;
  storeFeedback(told: readonly ToldFeedback[]): Promise<StoredFeedback>;
  readFeedback(query: FeedbackQuery): Promise<readonly HeardFeedback[]>;
  heartbeat(beat: Pick<Heartbeat, 'acks' | 'refusals' | 'ahead' | 'fingerprint' | 'ended'>): Promise<void>;
  /** What applications say that decide by a streamed split themselves. */
  acknowledge(acks: readonly ClientAck[]): Promise<void>;
  flush(
    flush: Pick<CounterFlush, 'sequence' | 'counters' | 'charges' | 'seen' | 'observations'>,
  ): Promise<void>;
  insertSamples(samples: readonly SampleToInsert[]): Promise<void>;
  insertLiveAnswers(answers: readonly LiveAnswerToInsert[]): Promise<void>;
  /** The ids of the keys that this environment's samples are sealed with. */
  sampleKeyIds(): Promise<readonly string[]>;
  listen(handlers: { readonly onChange: () => void; readonly onError: (error: unknown) => void }): {
    close(): Promise<void>;
  };
  close(): Promise<void>;
}

export interface Identity {
  readonly gatewayId: string;
  /** New for each process. */
  readonly bootId: string;
  readonly environment: string;
}

/** Connects nothing yet: every call may find the database away, and throws `unreachable` then. */
export function connectStore(databaseUrl: string, identity: Identity): GatewayStore {
  const pool = createPool(databaseUrl, { applicationName: `sluice-gateway ${identity.gatewayId}`, max: 4 });
  const { environment } = identity;
  return {
    readView: () => readGatewayView(pool, { environment }),
    readKeys: (known) => readKeys(pool, { environment, known }),
    useAssignments: (ids) => useAssignments(pool, ids),
    readRevisions: (app, digests) => readRevisions(pool, { app, digests }),
    readPinned: (app, ref) => readPinnedRevision(pool, { app, ref }),
    takeRehearsals: () => takeRehearsals(pool, identity),
    answerRehearsal: (answer) => answerRehearsal(pool, { ...identity, ...answer }),
    readCharges: (query) => readCharges(pool, query),
    storeFeedback: (told) => storeFeedback(pool, { environment, told }),
    readFeedback: (query) => readFeedback(pool, { environment, ...query }),
    heartbeat: (beat) => heartbeat(pool, { ...identity, ...beat }),
    acknowledge: (acks) => acknowledgeSplit(pool, { environment, acks }),
    flush: (flush) => flushCounters(pool, { ...identity, ...flush }),
    insertSamples: (samples) => insertSamples(pool, samples),
    insertLiveAnswers: (answers) => insertLiveAnswers(pool, answers),
    sampleKeyIds: () => sampleKeyIds(pool, environment),
    listen: ({ onChange, onError }) =>
      listenForChanges(databaseUrl, {
        onChange: (changed) => {
          if (changed === undefined || changed.environment === environment) onChange();
        },
        onError,
      }),
    close: () => pool.end(),
  };
}
