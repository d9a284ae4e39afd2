import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { DataKey, DataKeys } from '../../program/data-keys.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';

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
  { current, all }: Pick<DataKeys, 'current' | 'all'>,
  clock: Clock,
): AssignmentTokens {
  const signatureOf = (payload: string, { bytes }: DataKey): Buffer =>
    createHmac('sha256', bytes).update(`assignment/${payload}`).digest();
  return {
    sign(assignment) {
      const expiresMs = clock.epochMs() + assignmentValidForMs;
      const payload = Buffer.from(JSON.stringify({ ...assignment, expiresMs, nonce: nonce() })).toString(
        'base64url',
      );
      return `${payload}.${signatureOf(payload, current).toString('base64url')}`;
    },
    read(token) {
      const [payload = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const isBy = (key: DataKey): boolean => sameBytes(given, signatureOf(payload, key));
      if (!all.some(isBy)) throw refused('is not one of ours');
      const json: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const assignment = assignmentSchema.parse(json);
      if (assignment.expiresMs < clock.epochMs()) throw refused('has expired');
      return { ...assignment, id: createHash('sha256').update(payload).digest('base64url') };
    },
  };
}

function nonce(): string {
  return randomBytes(9).toString('base64url');
}

function sameBytes(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function refused(why: string): SluiceError {
  return new SluiceError('invalid_request', `The assignment ${why}.`, {
    remedy: 'Ask POST /v1/assign for a new one.',
  });
}
