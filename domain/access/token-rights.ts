import type { Action } from './actions.ts';
import { mayActAs, type Role } from './roles.ts';

/** What a token may do. */
export interface TokenRights {
  readonly role: Role;
  /** Absent: of all apps. */
  readonly apps?: readonly string[] | undefined;
  /** Absent: all that its role may do. */
  readonly actions?: readonly Action[] | undefined;
  /** May it read answers, samples and explanations? */
  readonly content: boolean;
  /** ISO 8601; absent: it does not expire. */
  readonly expiresAt?: string | undefined;
}

function isWithin<Item>(wanted: readonly Item[] | undefined, held: readonly Item[] | undefined): boolean {
  if (held === undefined) return true;
  return wanted?.every((item) => held.includes(item)) ?? false;
}

/**
 * In what a token would be more than the one that makes it, rotates it or revokes it: whoever holds one may hand on no
 * more than that. Empty where it is not.
 */
export function strongerIn(wanted: TokenRights, held: TokenRights): string[] {
  const { expiresAt } = held;
  const outlives =
    expiresAt !== undefined &&
    (wanted.expiresAt === undefined || Date.parse(wanted.expiresAt) > Date.parse(expiresAt));
  return [
    ...(mayActAs(held.role, wanted.role) ? [] : [`the role ${wanted.role}`]),
    ...(isWithin(wanted.apps, held.apps) ? [] : ['apps']),
    ...(isWithin(wanted.actions, held.actions) ? [] : ['actions']),
    ...(wanted.content && !held.content ? ['the scope content'] : []),
    ...(outlives ? ['how long it is good'] : []),
  ];
}
