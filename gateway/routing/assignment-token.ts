import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { DataKeys } from '../../program/data-keys.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';
import { createSignedTexts } from './signed-text.ts';

/** How long after it was given an assignment may be used and reported. */
export const assignmentValidForMs = 24 * 60 * 60 * 1000;

const assignmentSchema = z.strictObject({
  app: z.string(),
  revision: z.string(),
  /** What reports are counted under; `none`: a revision that is on neither side of the split. */
  arm: z.enum(['stable', 'candidate', 'lease-expired', 'none']),
  version: z.number(),
  /** Absent for anonymous callers. */
  subject: z.string().optional(),
  expiresMs: z.number(),
  /** Where it was given; absent from those of before. */
  environment: z.string().optional(),
  /** Makes each of them another one; absent from those of before. */
  nonce: z.string().optional(),
});

/** What `/v1/assign` decided, as the token says it; the subject is a keyed hash. */
export type Assignment = z.infer<typeof assignmentSchema> & {
  /** The token's own name: a hash of what it says. */
  readonly id: string;
};

export interface AssignmentTokens {
  sign(assignment: Omit<Assignment, 'expiresMs' | 'nonce' | 'id'>): string;
  /** Throws `invalid_request` for a token that is not ours, or older than 24 h. */
  read(token: string): Assignment;
}

/** Signed tokens (HMAC-SHA256): every gateway reads them that has the data key which was the current one then. */
export function createAssignmentTokens(
  keys: Pick<DataKeys, 'current' | 'all'>,
  clock: Clock,
): AssignmentTokens {
  const texts = createSignedTexts(keys, 'assignment');
  return {
    sign(assignment) {
      const expiresMs = clock.epochMs() + assignmentValidForMs;
      return texts.sign(JSON.stringify({ ...assignment, expiresMs, nonce: nonce() }));
    },
    read(token) {
      const text = texts.read(token);
      if (text === undefined) throw refused('is not one of ours');
      const json: unknown = JSON.parse(text);
      const assignment = assignmentSchema.parse(json);
      if (assignment.expiresMs < clock.epochMs()) throw refused('has expired');
      return { ...assignment, id: createHash('sha256').update(payloadOf(token)).digest('base64url') };
    },
  };
}

function nonce(): string {
  return randomBytes(9).toString('base64url');
}

function payloadOf(token: string): string {
  return token.split('.', 1)[0] ?? '';
}

function refused(why: string): SluiceError {
  return new SluiceError('invalid_request', `The assignment ${why}.`, {
    remedy: 'Ask POST /v1/assign for a new one.',
  });
}
