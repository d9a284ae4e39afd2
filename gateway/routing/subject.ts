import { randomUUID } from 'node:crypto';

/** The sticky key of a caller; an anonymous one is new with every request. */
export interface Subject {
  readonly key: string;
  readonly anonymous: boolean;
}

/** The header names the subject, else the protocol's own user field does. */
export function subjectOf(header: string | undefined, user: string | undefined): Subject {
  const key = [header, user].find((given) => given !== undefined && given !== '');
  return key === undefined ? { key: randomUUID(), anonymous: true } : { key, anonymous: false };
}
