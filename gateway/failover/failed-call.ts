import type { FailedCall } from '../../domain/revision/failed-call.ts';
import { defined } from '../../protocols/fields.ts';
import type { ChainResult } from './chain.ts';

/** What whoever measures with a chain of one target hears of it where there is no answer. */
export function failedCall({
  attempts,
  error,
}: Extract<ChainResult, { readonly kind: 'failed' }>): FailedCall {
  const { kind: how, code, message, matter, retryAfterMs } = error;
  const status = attempts.at(-1)?.status;
  return { kind: 'failed', how, code, message, ...defined({ status, matter, retryAfterMs }) };
}
