import { z } from 'zod';
import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { scoredByNobody } from '../../domain/guardrail/scored.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { promptsAsked } from '../../domain/policy/judged-prompts.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';
import { suiteFaults } from '../../domain/evaluation/suite-faults.ts';
import { readSuite } from '../../domain/evaluation/read-suite.ts';
import type { SuiteRow } from '../../config-store/apps/app-row.ts';

/**
 * Refuses suites that are not what they say: a client's digest or count is no evidence of what will judge. Throws
 * `invalid_request` naming the suite.
 */
export function checkSuites(suites: readonly SuiteRow[]): void {
  const names = new Set<string>();
  for (const { name, digest, content } of suites) {
    if (names.has(name)) throw wrong(name, 'is there twice');
    names.add(name);
    const parsed = readSuite(content);
    if (!parsed.success) throw wrong(name, `cannot be understood: ${z.prettifyError(parsed.error)}`);
    const [fault] = suiteFaults(parsed.data.tests);
    if (fault !== undefined) throw wrong(name, `cannot be judged: ${fault}`);
    if (digestOf(content) !== digest) throw wrong(name, 'has another digest than its content');
  }
}

/**
 * Refuses a plan that is judged by suites which there are not, or by scores that no suite gives, and in those that it is
 * judged by, cases of prompts that the revision does not have. Throws `invalid_request`.
 */
export function checkSuitesAsked(
  suites: readonly SuiteRow[],
  { evaluate, guardrails }: Plan,
  { prompts }: Pick<RevisionContent, 'prompts'>,
): void {
  const unscored = scoredByNobody(guardrails, suites);
  if (unscored !== undefined) {
    throw new SluiceError(
      'invalid_request',
      `The guardrail "${unscored.name}" cannot be judged: ${unscored.lacks}.`,
      {
        remedy: 'Write it in a suite (live: { assert: [ … ] }), or leave the guardrail out.',
      },
    );
  }
  if (evaluate === 'skip') return;
  const names = suites.map(({ name }) => name);
  const missing = evaluate.suites?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new SluiceError('invalid_request', `The plan names the suite "${missing}", which there is not.`, {
      remedy: `The suites are: ${names.join(', ') || 'none'}.`,
    });
  }
  const known = Object.keys(prompts);
  for (const suite of suites.filter(({ name }) => evaluate.suites?.includes(name) ?? true)) {
    const unknown = promptsAsked(suite).find((prompt) => prompt !== undefined && !known.includes(prompt));
    if (unknown === undefined) continue;
    throw new SluiceError(
      'invalid_request',
      `The suite ${suite.name} asks the prompt "${unknown}", which the revision does not have.`,
      { remedy: `Its prompts are: ${known.join(', ') || 'none'}.` },
    );
  }
}

function wrong(name: string, what: string): SluiceError {
  return new SluiceError('invalid_request', `The suite ${name} ${what}.`, {
    remedy:
      'Send suites as `sluice release start` does: complete, each with the SHA-256 of its canonical JSON.',
  });
}
