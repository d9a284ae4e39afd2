import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuditVerdict } from '../../../api/schemas/audit.ts';
import {
  parseExpectedHead,
  parseHeads,
  type AuditHead,
  type ExpectedHead,
} from '../../../domain/audit/head.ts';
import { messageOf, SluiceError } from '../../../domain/errors.ts';
import { verdictOutcome } from '../../output/describe-audit.ts';
import type { Command, CommandContext } from '../context.ts';

export interface AuditVerifyOptions {
  /** `NUMBER:HASH`, or a hash. */
  readonly expect?: string;
  /** A file of heads. */
  readonly heads?: string;
}

/** Ends of the log that were noted. */
export interface Expected {
  readonly heads: AuditHead[];
  readonly expected?: ExpectedHead;
}

/** As many as a request takes: of more, the newest and every so manieth of the others. */
const mostHeads = 4_000;

function thinned(heads: AuditHead[]): AuditHead[] {
  const step = Math.ceil(heads.length / mostHeads);
  return heads.filter((_, i) => i % step === 0 || i === heads.length - 1);
}

/** Throws `usage` for what is no head, `not_found` or `invalid_file` for the file. */
export function expectedOf(
  { settings }: CommandContext,
  { expect, heads: file }: AuditVerifyOptions,
): Expected {
  const heads =
    file === undefined ? [] : parseHeads(readText(resolve(settings.workingDirectory, file)), file);
  return { heads, ...(expect === undefined ? {} : { expected: parseExpectedHead(expect) }) };
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('not_found', `${path} cannot be read: ${messageOf(error)}.`);
  }
}

/**
 * Has the API recompute the whole audit chain, and hold it against what it records and the ends that were noted. Where
 * anything does not hold the exit code is that of a conflict.
 */
export const auditVerify: Command<AuditVerifyOptions> = async (context, options) => {
  const { heads, expected } = expectedOf(context, options);
  const verdict =
    heads.length === 0 && expected === undefined
      ? await context.api().get<AuditVerdict>('/v1/audit/verify')
      : await context.api().post<AuditVerdict>('/v1/audit/verify', { heads: thinned(heads), expected });
  return verdictOutcome(verdict, { isKeyed: true });
};
