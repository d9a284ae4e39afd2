import { keepDoing } from '../keep-doing.ts';
import type { KnownKeys } from '../callers/known-keys.ts';
import type { Clock } from '../clock.ts';
import type { GatewaySettings } from '../settings.ts';
import type { FeedbackUnits } from '../feedback/feedback-units.ts';
import { createFeedbackSharing } from '../feedback/share-feedback.ts';
import type { ChargedSubjects } from '../telemetry/charged-subjects.ts';
import type { GatewayStore } from './connect-store.ts';
import type { FingerprintNotes } from './fingerprint.ts';
import { createChargeSharing } from './share-charges.ts';
import type { ConfigView } from './view.ts';

const heartbeatMs = 1_000;

export interface SyncParts {
  readonly settings: Pick<GatewaySettings, 'pollMs'>;
  readonly clock: Clock;
  readonly view: ConfigView;
  readonly keys: KnownKeys;
  readonly store: GatewayStore;
  readonly fingerprint: FingerprintNotes;
  readonly charged: ChargedSubjects;
  readonly feedbackUnits: FeedbackUnits;
  readonly onFailure: (what: string) => (error: unknown) => void;
}

export interface Sync {
  /** Stops reading, does what is last to be written, and says that this process has ended cleanly where that was done. */
  stop(lastWrites: () => Promise<void>): Promise<void>;
}

/**
 * Keeps the view up to date by listening and polling, and acks it by heartbeats: at once after a change of splits,
 * else every second. The view begins with what is on disk: the database may be away, or have lost what was served.
 */
export async function startSync(parts: SyncParts): Promise<Sync> {
  const { settings, clock, view, keys, store, fingerprint, charged, feedbackUnits: units, onFailure } = parts;
  const shareCharges = createChargeSharing({
    view,
    charged,
    readCharges: (query) => store.readCharges(query),
  });
  const shareFeedback = createFeedbackSharing({
    view,
    units,
    readFeedback: (query) => store.readFeedback(query),
  });
  const beat = (ended = false): Promise<void> =>
    store.heartbeat({
      acks: view.acks(),
      refusals: view.refusals(),
      ahead: view.ahead(),
      fingerprint: fingerprint.toJson(),
      ended,
    });
  const state = { acked: '' };
  const refresh = async (): Promise<void> => {
    // At once: a key that is revoked does not wait for a split that cannot be served, nor a rollback for a key.
    await Promise.all([keys.refresh().catch(onFailure('keys')), view.refresh()]);
    const acks = JSON.stringify([view.acks(), view.refusals(), view.ahead()]);
    if (acks !== state.acked) beats.soon();
    state.acked = acks;
    await shareCharges();
    await shareFeedback();
  };
  const beats = keepDoing(() => beat(), {
    clock,
    intervalMs: heartbeatMs,
    onFailure: onFailure('heartbeat'),
  });
  await keys.startFromDisk().catch(onFailure('disk'));
  await view.startFromDisk().catch(onFailure('disk'));
  await refresh().catch(onFailure('poll'));
  const polls = keepDoing(refresh, { clock, intervalMs: settings.pollMs, onFailure: onFailure('poll') });
  const listener = store.listen({ onChange: polls.soon, onError: onFailure('listen') });
  return {
    async stop(lastWrites) {
      polls.stop();
      await listener.close();
      try {
        await lastWrites();
        beats.stop();
        await beat(true);
      } catch (error) {
        beats.stop();
        onFailure('goodbye')(error);
      }
    },
  };
}
