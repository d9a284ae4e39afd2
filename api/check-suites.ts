import { z } from 'zod';
import { digestOf } from '../domain/digest.ts';
import { SluiceError } from '../domain/errors.ts';
import { suiteSchema } from '../domain/suite.ts';
import type { PublishedSuite } from '../config-store/types.ts';

/**
 * Refuses suites that are not what they say: a client's digest or count is no evidence of what will judge. Throws
 * `invalid_request` naming the suite.
 */
export function checkSuites(suites: readonly PublishedSuite[]): void {
  const names = new Set<string>();
  for (const { name, digest, content } of suites) {
    if (names.has(name)) throw wrong(name, 'is there twice');
    names.add(name);
    const parsed = suiteSchema.safeParse(content);
    if (!parsed.success) throw wrong(name, `cannot be understood: ${z.prettifyError(parsed.error)}`);
    if (digestOf(content) !== digest) throw wrong(name, 'has another digest than its content');
  }
}

function wrong(name: string, what: string): SluiceError {
  return new SluiceError('invalid_request', `The suite ${name} ${what}.`, {
    remedy:
      'Send suites as `sluice release start` does: complete, each with the SHA-256 of its canonical JSON.',
  });
}
