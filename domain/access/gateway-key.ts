import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * What a gateway key is good for. `call`: requests to models, the list of models, and `/v1/assign` without prompts;
 * `outcomes`: reports of how calls went; `feedback`: what became of answers; `labels`: its requests say which segments they
 * are of; `prompts`: `/v1/assign` with the revision's prompts.
 */
export const keyScopes = ['call', 'outcomes', 'feedback', 'prompts', 'labels'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** How every gateway key begins: secret scanners and people know it by that. */
export const keyPrefix = 'slk_';

/** Generous: who needs fewer says so, and who needs more as well. */
export const keyDefaults = { requestsPerMinute: 60_000, inFlight: 1_000 } as const;

/** A key as gateways know it: never the key itself. */
export const gatewayKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the key, in hexadecimal digits. */
  hash: z.string(),
  apps: z.array(z.string()),
  /** Texts: a later version may know more of them. */
  scopes: z.array(z.string()),
  /** At each gateway. */
  requestsPerMinute: z.number(),
  inFlight: z.number(),
});
export type GatewayKey = z.infer<typeof gatewayKeySchema>;

/** A new key: 256 random bits, so that its hash needs to be no slower than SHA-256. */
export function newKey(): string {
  return `${keyPrefix}${randomBytes(32).toString('base64url')}`;
}

/** All that is kept of a key: SHA-256, in hexadecimal digits. */
export function keyHash(key: string): string {
  return hash('sha256', key, 'hex');
}
