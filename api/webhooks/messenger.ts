import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import {
  giveUpMessages,
  noteAttempt,
  takeDueMessages,
  type WebhookMessage,
} from '../../config-store/webhooks/webhook-message.ts';
import { messageBody } from './message-body.ts';
import { sendMessage } from './send-message.ts';
import type { Webhook } from './webhooks.ts';

export interface MessengerParts {
  readonly db: Pool;
  readonly webhooks: readonly Webhook[];
  /** Where people reach the dashboard; messages have no link without. */
  readonly publicUrl: string | undefined;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Between two rounds, in milliseconds. */
  readonly everyMs: number;
  /** Between the first attempt and the second. */
  readonly retryMs?: number;
}

export interface Messenger {
  /** Ends the loops. What is being sent is not waited for: it counts as not delivered, and is sent again. */
  stop(): Promise<void>;
}

const atATime = 5;

/**
 * Sends what the database says webhooks are to be told, at least once: a loop for each webhook in every API process, so
 * that a receiver which hangs delays nobody else's news, and no release. Nothing is sent by two at once.
 */
export function startMessenger(parts: MessengerParts): Messenger {
  const stopping = new AbortController();
  const { signal } = stopping;
  const repeat = async (round: () => Promise<unknown>, everyMs: number): Promise<void> => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => {
        parts.log.warn({ err: error }, 'webhooks could not be looked after; it is tried again');
      });
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const loops = [
    ...parts.webhooks.map((webhook) => repeat(() => sendDue(parts, webhook, signal), parts.everyMs)),
    repeat(() => giveUp(parts), 60_000),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** One round: what is due of one webhook. */
async function sendDue(
  parts: Omit<MessengerParts, 'everyMs'>,
  webhook: Webhook,
  signal?: AbortSignal,
): Promise<void> {
  const { db, retryMs } = parts;
  const due = await takeDueMessages(db, {
    ...{ webhook: webhook.name, limit: atATime },
    ...(retryMs === undefined ? {} : { retryMs }),
  });
  await Promise.all(due.map((message) => attempt(parts, { webhook, message, signal })));
}

async function attempt(
  { db, publicUrl, log }: Omit<MessengerParts, 'everyMs'>,
  {
    webhook,
    message,
    signal,
  }: {
    readonly webhook: Webhook;
    readonly message: WebhookMessage;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { id, event, app, attempts } = message;
  const sent = await sendMessage(webhook, { id, body: messageBody(message, publicUrl) }, signal);
  const of = { webhook: webhook.name, message: id, event, app, attempts };
  if (sent.kind === 'delivered') {
    await noteAttempt(db, { id });
    log.info(of, 'a webhook was told');
    return;
  }
  await noteAttempt(db, { id, error: sent.error, gone: sent.gone });
  log.warn({ ...of, reason: sent.error }, 'a webhook was not told; it is tried again for a day');
}

async function giveUp({ db, log }: MessengerParts): Promise<void> {
  const dead = await giveUpMessages(db);
  if (dead > 0) log.error({ dead }, 'webhooks could not be told for a day: given up. See sluice doctor');
}
