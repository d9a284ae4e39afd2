import type { Actor } from '../../domain/release/release.ts';

/** Who sent something through Temporal: an identity is what the client says of itself, and proves nothing. */
export function temporalActor(identity: string | undefined): Actor {
  return `temporal:${identity ?? 'unidentified'}`;
}
