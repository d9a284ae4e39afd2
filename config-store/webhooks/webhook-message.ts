import type { JsonObject } from '../../domain/json.ts';
import type { WebhookEvent } from '../../domain/webhook/events.ts';
import { query, type Db } from '../postgres/db.ts';

/** What a webhook is to be told. */
export interface WebhookMessage {
  /** The same at each attempt. */
  readonly id: string;
  readonly webhook: string;
  readonly app: string;
  readonly environment: string;
  readonly event: WebhookEvent;
  readonly releaseId?: string;
  readonly facts: JsonObject;
  readonly createdAt: string;
  /** This one included. */
  readonly attempts: number;
}

/** Between the first attempt and the second; doubled from then on, up to half an hour. Longer than an attempt takes. */
const firstRetryMs = 30_000;

/**
 * Takes what is due of one webhook, the oldest first. The next attempt is set before this one is made, so that whoever dies
 * in between loses nothing; two processes never take the same.
 */
export function takeDueMessages(
  db: Db,
  {
    webhook,
    limit,
    retryMs = firstRetryMs,
  }: { readonly webhook: string; readonly limit: number; readonly retryMs?: number },
): Promise<WebhookMessage[]> {
  return query<WebhookMessage>(
    db,
    `update webhook_message set attempts = attempts + 1,
       next_at = clock_timestamp() + least($3 * power(2, least(attempts, 20)), 1800000) * interval '1 millisecond'
     where id in (select id from webhook_message where webhook = $1 and delivered_at is null and dead_at is null
       and next_at <= clock_timestamp() order by created_at, id limit $2 for update skip locked)
     returning id, webhook, app, environment, event, release_id as "releaseId", facts, created_at as "createdAt", attempts`,
    [webhook, limit, retryMs],
  );
}

/** What became of an attempt: `error` where it failed, `gone` where the receiver wants no more of it. */
export async function noteAttempt(
  db: Db,
  { id, error, gone = false }: { readonly id: string; readonly error?: string; readonly gone?: boolean },
): Promise<void> {
  await query(
    db,
    `update webhook_message set last_error = $2,
       delivered_at = case when $2::text is null then clock_timestamp() end,
       dead_at = case when $3 then clock_timestamp() end
     where id = $1 and delivered_at is null`,
    [id, error ?? null, gone],
  );
}

/** Gives up what nobody could deliver for a day, whatever its webhook is. Gives how many. */
export async function giveUpMessages(db: Db): Promise<number> {
  const dead = await query(
    db,
    `update webhook_message set dead_at = clock_timestamp(),
       last_error = coalesce(last_error, 'no API knows a webhook of this name')
     where delivered_at is null and dead_at is null and created_at < clock_timestamp() - interval '1 day' returning id`,
  );
  return dead.length;
}

/** How the messages of a webhook are that were not delivered. */
export interface WebhookStock {
  readonly webhook: string;
  readonly waiting: number;
  readonly oldestAgeMs: number;
  /** Of those that wait: attempts that failed. */
  readonly failing: number;
  /** Given up within a month. */
  readonly dead: number;
  readonly lastError?: string;
}

/** Of each webhook that a plan has named within a month. */
export function readWebhookStock(db: Db): Promise<WebhookStock[]> {
  return query<WebhookStock>(
    db,
    `select webhook, count(*) filter (where dead_at is null and delivered_at is null)::int as waiting,
       coalesce(max(extract(epoch from clock_timestamp() - created_at) * 1000)
         filter (where dead_at is null and delivered_at is null), 0)::bigint as "oldestAgeMs",
       count(*) filter (where dead_at is null and delivered_at is null and last_error is not null)::int as failing,
       count(*) filter (where dead_at is not null)::int as dead,
       (array_agg(last_error order by created_at desc) filter (where delivered_at is null and last_error is not null))[1]
         as "lastError"
     from webhook_message where coalesce(delivered_at, dead_at, now()) > now() - interval '30 days'
     group by webhook order by webhook`,
  );
}
