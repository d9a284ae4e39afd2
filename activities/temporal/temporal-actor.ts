import type { Actor } from '../../domain/release/release.ts';
import { keptWords } from '../../domain/text/free-text.ts';
import { shortened } from '../../domain/text/shortened.ts';

/** In characters. */
const longestIdentity = 200;

/** Who sent something through Temporal: an identity is what the client says of itself, and proves nothing. */
export function temporalActor(identity: string | undefined): Actor {
  return `temporal:${shortened(keptWords(identity ?? 'unidentified'), longestIdentity)}`;
}
