import { z } from 'zod';
import type { ClientAck } from '../../config-store/gateway-view/acknowledge-split.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { requireApp, requireScope, type Caller } from '../callers/caller.ts';
import type { Clock } from '../clock.ts';
import { keepDoing } from '../keep-doing.ts';
import { parseBody } from '../parse-body.ts';

const intervalMs = 1_000;
const kept = 10_000;

const nameOfClient = z.string().regex(/^[A-Za-z0-9._/-]{1,100}$/);
export const ackSchema = z.strictObject({
  app: nameSchema,
  client: nameOfClient.meta({ description: 'Its name, as it is shown to people' }),
  boot: nameOfClient.meta({ description: 'Random, another one for each process' }),
  version: z.int().min(1).meta({ description: 'Of the split that it goes by' }),
  ended: z.boolean().default(false).meta({ description: 'It decides no more: nobody waits for it' }),
});

export interface ClientAckParts {
  readonly clock: Clock;
  readonly acknowledge: (acks: readonly ClientAck[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Takes what applications say that decide by a streamed split themselves. */
export interface ClientAcks {
  /**
   * Keeps that an application lives and which version it goes by; `known` by then, and written a moment later. Throws
   * `unauthenticated`, `forbidden` and `invalid_request`.
   */
  take(caller: Caller, body: unknown): { readonly known: true };
  /** Writes what is left. */
  stop(): Promise<void>;
}

/**
 * Written together once a second, and at once where one goes by another version than before. What cannot be written is left:
 * an application says it again every other second, to whichever gateway it reaches.
 */
export function createClientAcks({ clock, acknowledge, onFailure }: ClientAckParts): ClientAcks {
  let pending = new Map<string, ClientAck>();
  const versions = new Map<string, number>();
  const write = async (): Promise<void> => {
    const acks = [...pending.values()];
    pending = new Map();
    if (acks.length > 0) await acknowledge(acks);
  };
  const writes = keepDoing(write, { clock, intervalMs, onFailure });
  return {
    take(caller, body) {
      requireScope(caller, 'outcomes');
      const { app, client: name, boot: bootId, version, ended } = parseBody(ackSchema, body);
      requireApp(caller, app);
      const key = JSON.stringify([app, name, bootId]);
      const isNews = ended || versions.get(key) !== version;
      pending.set(key, { app, name, bootId, version, ended });
      versions.delete(key);
      if (!ended) versions.set(key, version);
      const [oldest] = versions.keys();
      if (versions.size > kept && oldest !== undefined) versions.delete(oldest);
      if (isNews) writes.soon();
      return { known: true };
    },
    async stop() {
      writes.stop();
      await write().catch(onFailure);
    },
  };
}
