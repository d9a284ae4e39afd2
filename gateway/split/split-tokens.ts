import { z } from 'zod';
import type { DataKeys } from '../../program/data-keys.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';
import { createSignedTexts } from '../routing/signed-text.ts';
import type { WireSplit } from './wire-split.ts';

/** How long after it was told a split may be reported by. */
const validForMs = 24 * 60 * 60 * 1000;

const splitSchema = z.object({
  app: z.string(),
  environment: z.string(),
  version: z.number(),
  stable: z.string(),
  candidate: z.string().exactOptional(),
  fallback: z.enum(['stable', 'candidate']),
  weight: z.number(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  salt: z.string(),
  onlyAudience: z.literal(true).exactOptional(),
}) satisfies z.ZodType<WireSplit>;
const tokenSchema = z.object({ split: splitSchema, toldMs: z.number() });

/** A split that some gateway has told, and when, by that gateway's clock. */
export type ToldSplit = z.infer<typeof tokenSchema>;

/** What proves, without asking anybody, that a split was told to an application that decided by it. */
export interface SplitTokens {
  sign(split: WireSplit): string;
  /** Throws `invalid_request` for a token that is not ours, or older than 24 h. */
  read(token: string): ToldSplit;
}

/** Signed by the gateways' data key: any of them reads what another one told. */
export function createSplitTokens(keys: Pick<DataKeys, 'current' | 'all'>, clock: Clock): SplitTokens {
  const texts = createSignedTexts(keys, 'split');
  return {
    sign: (split) => texts.sign(JSON.stringify({ split, toldMs: clock.epochMs() })),
    read(token) {
      const text = texts.read(token);
      if (text === undefined) throw refused('is not one of ours');
      const told = tokenSchema.parse(JSON.parse(text));
      if (clock.epochMs() - told.toldMs > validForMs) throw refused('has expired');
      return told;
    },
  };
}

function refused(why: string): SluiceError {
  return new SluiceError('invalid_request', `The split that was decided by ${why}.`, {
    remedy:
      'Send the `token` as GET /v1/split told it, within 24 hours, to a gateway with the same data keys.',
  });
}
