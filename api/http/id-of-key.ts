import { digestOf } from '../../domain/revision/digest.ts';

/** Whose key it is: that of another caller, or for another app, is another one. */
export interface KeyedRequest {
  readonly app: string;
  readonly actor: string;
  readonly idempotencyKey: string | undefined;
}

/** The id that a request with an idempotency key gives what it makes, however often it is sent. */
export function idOfKey(prefix: string, { app, actor, idempotencyKey }: KeyedRequest): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return `${prefix}_${digestOf([app, actor, idempotencyKey]).slice(0, 32)}`;
}
