import { setTimeout as delay } from 'node:timers/promises';
import { releasesToScore } from '../../config-store/live/releases-to-score.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { scoreRelease, type LiveScoringParts } from './release-scoring.ts';

const everyMs = 1_000;

export interface LiveScoring extends LiveScoringParts {
  readonly onFailure: (error: unknown, releaseId?: string) => void;
  readonly signal: AbortSignal;
}

/** Scores the live answers of all releases that are under way, until the signal aborts. Never rejects. */
export async function keepScoring({ onFailure, signal, ...parts }: LiveScoring): Promise<void> {
  while (!signal.aborted) {
    try {
      await scoreAll(parts, onFailure);
    } catch (error) {
      onFailure(error);
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function scoreAll(parts: LiveScoringParts, onFailure: LiveScoring['onFailure']): Promise<void> {
  const releases = await releasesToScore(parts.db);
  await Promise.all(
    releases.map(async ({ id }) => {
      try {
        await scoreRelease(parts, await requireRelease(parts.db, id));
      } catch (error) {
        onFailure(error, id); // One that cannot be scored is in no other's way.
      }
    }),
  );
}
