import { createHmac } from 'node:crypto';
import { messageOf } from '../../domain/errors.ts';
import type { Webhook } from './webhooks.ts';

export interface SentMessage {
  readonly id: string;
  readonly body: string;
}

/** `error` where it was not taken; `gone` where the receiver says that it wants no more of it. */
export type SendResult =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly error: string; readonly gone: boolean };

/** Whoever takes longer has not taken it. Shorter than the time to the second attempt. */
const timeoutMs = 10_000;

/**
 * `webhook-signature` after Standard Webhooks 1.0: for each secret the HMAC-SHA256 of `id.timestamp.body`.
 * @param timestamp seconds since 1970
 */
function signatureOf({ id, body }: SentMessage, timestamp: number, secrets: readonly Buffer[]): string {
  return secrets
    .map(
      (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
    )
    .join(' ');
}

/** One attempt. Follows no redirection, and reads nothing of the answer. Never throws, never names the URL. */
export async function sendMessage(
  webhook: Webhook,
  message: SentMessage,
  signal?: AbortSignal,
): Promise<SendResult> {
  const timestamp = Math.floor(Date.now() / 1000);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(webhook.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': `${webhook.mediaType}; charset=utf-8`,
        'user-agent': 'sluice',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(message, timestamp, webhook.secrets),
      },
      body: message.body,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    void answer.body?.cancel().catch(() => undefined);
    if (answer.ok) return { kind: 'delivered', status: answer.status };
    return { kind: 'failed', error: `it answered ${answer.status}`, gone: answer.status === 410 };
  } catch (error) {
    return {
      kind: 'failed',
      error: late.aborted ? `no answer in ${timeoutMs / 1000} s` : causeOf(error),
      gone: false,
    };
  }
}

/** A code like ECONNREFUSED: messages of connections may name the address, which is secret. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return `it cannot be reached (${String(cause.code)})`;
  return error instanceof Error && error.name === 'AbortError' ? messageOf(error) : 'it cannot be reached';
}
