import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';

const keptForMs = 24 * 60 * 60 * 1000;
const capacity = 50_000;

/** Which revision a conversation was answered by, for 24 h after its newest turn. */
export interface Conversations {
  revisionOf(app: string, conversation: string): string | undefined;
  keep(app: string, conversation: string, revision: string): void;
}

/**
 * Remembers the 50,000 newest conversations of this gateway, in memory: some 10 MB at most, for a name is kept as its
 * hash, however long it is.
 */
export function createConversations(clock: Clock): Conversations {
  const kept = new Map<string, { readonly revision: string; readonly atMs: number }>();
  const keyOf = (app: string, conversation: string): string =>
    createHash('sha256').update(`${app}/${conversation}`).digest('base64');
  return {
    revisionOf(app, conversation) {
      const entry = kept.get(keyOf(app, conversation));
      return entry !== undefined && clock.nowMs() - entry.atMs <= keptForMs ? entry.revision : undefined;
    },
    keep(app, conversation, revision) {
      const key = keyOf(app, conversation);
      kept.delete(key);
      kept.set(key, { revision, atMs: clock.nowMs() });
      const [oldest] = kept.keys();
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
    },
  };
}
