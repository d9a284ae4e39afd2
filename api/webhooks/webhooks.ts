import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';

/** An operator's webhook: where it is, and what its messages are signed with. All of it is secret. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  /** Each message is signed with all of them, so that a receiver can be given a new one first. */
  readonly secrets: readonly Buffer[];
  readonly mediaType: string;
}

/** As the scheme of Standard Webhooks writes them; 24 to 64 bytes. */
const secretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'is whsec_ and 24 to 64 bytes in base64')
  .transform((text) => Buffer.from(text.slice('whsec_'.length), 'base64'))
  .refine(({ length }) => length >= 24 && length <= 64, 'has 24 to 64 bytes');

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const urlSchema = z
  .url()
  .refine((text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
  }, 'is https, or http at a loopback address')
  .refine((text) => {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'has no user and no password');

const webhookSchema = z.strictObject({
  url: urlSchema,
  secrets: z.array(secretSchema).min(1).max(2),
  // Receivers that know of no CloudEvents may take nothing but JSON.
  mediaType: z
    .enum(['application/cloudevents+json', 'application/json'])
    .default('application/cloudevents+json'),
});

/** `SLUICE_WEBHOOKS`: webhooks by the names that plans give them, as JSON. A fault never repeats what was given. */
export const webhooksSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('is no JSON: {"ops": {"url": "https://…", "secrets": ["whsec_…"]}}');
      return z.NEVER;
    }
  })
  .pipe(z.record(nameSchema, webhookSchema))
  .transform((all): Webhook[] => Object.entries(all).map(([name, webhook]) => ({ name, ...webhook })));
