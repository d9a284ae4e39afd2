import type { HashedEntry } from './entry.ts';

/** `entry 7 (2026-01-01T00:00:00Z user:ada release.pause)`; by its id where it has no place in the chain yet. */
export function nameOf({
  id,
  position,
  at,
  actor,
  action,
}: HashedEntry & { readonly position?: number }): string {
  const place = position === undefined ? `entry id ${id}` : `entry ${position}`;
  return `${place} (${at} ${actor} ${action})`;
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
