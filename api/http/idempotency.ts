import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { RouteAnswer } from './route.ts';

/** What the config store keeps of requests that carry an `Idempotency-Key`. */
export interface IdempotencyStore {
  begin(entry: {
    readonly scope: string;
    readonly key: string;
    readonly requestDigest: string;
  }): Promise<
    | { readonly kind: 'first' }
    | { readonly kind: 'repeat'; readonly status: number; readonly response: unknown }
    | { readonly kind: 'conflict' }
    | { readonly kind: 'in-progress' }
  >;
  finish(entry: {
    readonly scope: string;
    readonly key: string;
    readonly status: number;
    readonly response: unknown;
  }): Promise<void>;
  /** Gives the key back. Never throws: a key that could not be given back is free again after a minute. */
  abandon(entry: { readonly scope: string; readonly key: string }): Promise<void>;
}

const keyPattern = /^[\x21-\x7e]{1,200}$/;

/**
 * Runs a request once per key (invariant 18). A repeat is answered as the first was; a failure is not kept, so
 * that the same key can be tried again. Throws `conflict` where the key was used for another request.
 */
export async function onceByKey(
  store: IdempotencyStore,
  request: { readonly scope: string; readonly key: string | undefined; readonly body: unknown },
  run: () => Promise<RouteAnswer<unknown>>,
): Promise<RouteAnswer<unknown>> {
  const { scope, key } = request;
  if (key === undefined) return run();
  if (!keyPattern.test(key)) {
    throw new SluiceError(
      'invalid_request',
      'An Idempotency-Key has 1 to 200 printable characters without spaces.',
    );
  }
  const begun = await store.begin({ scope, key, requestDigest: digestOf(request.body ?? null) });
  switch (begun.kind) {
    case 'repeat':
      return { status: begun.status, body: begun.response };
    case 'conflict':
      throw new SluiceError('conflict', 'This Idempotency-Key was used for another request.', {
        remedy: 'Use a new key for a new request.',
      });
    case 'in-progress':
      throw new SluiceError('conflict', 'The first request with this Idempotency-Key is still under way.', {
        remedy: 'Send it again in a few seconds.',
      });
    case 'first':
      break;
  }
  try {
    const answer = await run();
    await store.finish({ scope, key, status: answer.status, response: answer.body });
    return answer;
  } catch (error) {
    await store.abandon({ scope, key });
    throw error;
  }
}
