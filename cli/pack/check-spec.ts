import type { PublishedSuite, SuiteCase } from '../../domain/evaluation/suite.ts';
import { SluiceError } from '../../domain/errors.ts';
import { scoredByNobody } from '../../domain/guardrail/scored.ts';
import type { ReadSpec } from './read-spec.ts';

/** A suite with the path of its file. */
export interface ReadSuite extends PublishedSuite {
  readonly file: string;
}

/** A fault of a spec's own: `sluice.yaml:7: what is wrong`. */
function fault(
  file: string,
  { lineOf }: ReadSpec,
  path: string[],
  message: string,
  remedy: string,
): SluiceError {
  return new SluiceError('invalid_file', `${file}:${lineOf(path)}: ${path.join('.')}: ${message}`, {
    remedy,
  });
}

/** Where a name in the file must be that of something else in it. Throws `invalid_file` with the line. */
export function checkNames(file: string, read: ReadSpec, suites: readonly ReadSuite[]): void {
  const { revision } = read.spec;
  const prompts = Object.keys(revision.prompts);
  const { defaultPrompt } = revision;
  const named = prompts.join(', ') || 'none';
  if (defaultPrompt !== undefined && !prompts.includes(defaultPrompt)) {
    const path = ['revision', 'defaultPrompt'];
    throw fault(file, read, path, `there is no prompt "${defaultPrompt}"`, `The prompts are: ${named}.`);
  }
  if (defaultPrompt === undefined && prompts.length > 1) {
    const why = 'with several prompts one must be the default';
    throw fault(file, read, ['revision', 'prompts'], why, `Set revision.defaultPrompt to one of ${named}.`);
  }
  checkSuiteNames(file, read, suites);
}

function checkSuiteNames(file: string, read: ReadSpec, suites: readonly ReadSuite[]): void {
  const known = suites.map(({ name }) => name);
  const twice = known.find((name, i) => known.indexOf(name) !== i);
  if (twice !== undefined) {
    const why = `two suites are named "${twice}"`;
    const remedy = "A suite's name is that of its file: rename one.";
    throw fault(file, read, ['evaluate', 'suites'], why, remedy);
  }
  for (const [name, { evaluate, guardrails }] of Object.entries(read.plans)) {
    const unknown =
      evaluate === 'skip' ? undefined : evaluate.suites?.find((suite) => !known.includes(suite));
    if (unknown !== undefined) {
      const path = ['plans', name, 'evaluate', 'suites'];
      const remedy = `It has: ${known.join(', ') || 'none'}.`;
      throw fault(file, read, path, `there is no suite "${unknown}"`, remedy);
    }
    const unscored = scoredByNobody(guardrails, suites);
    if (unscored === undefined) continue;
    const path = ['plans', name, 'guardrails', unscored.name];
    throw fault(file, read, path, unscored.lacks, 'Write it in a suite: live: { assert: [ … ] }.');
  }
}

/** The variables that each prompt of a spec needs, and the prompt that a case asks which names none. */
export interface AskedPrompts {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly byDefault: string | undefined;
}

/**
 * Every case must ask a prompt that there is, and bring what that needs. Throws `invalid_file` naming the first that does
 * not.
 */
export function checkCases(suites: readonly ReadSuite[], prompts: AskedPrompts): void {
  for (const { file, content } of suites) for (const test of content.tests) checkCase(file, test, prompts);
}

function checkCase(file: string, { id, prompt, vars }: SuiteCase, { byName, byDefault }: AskedPrompts): void {
  const name = prompt ?? byDefault;
  if (name === undefined) return;
  const needs = byName.get(name);
  if (needs === undefined) {
    const remedy = `The prompts are: ${[...byName.keys()].join(', ') || 'none'}.`;
    throw new SluiceError(
      'invalid_file',
      `${file}: case ${id} asks the prompt "${name}", which there is not.`,
      {
        remedy,
      },
    );
  }
  const missing = needs.filter((variable) => vars[variable] === undefined);
  if (missing.length === 0) return;
  const which = missing.map((variable) => `"${variable}"`).join(', ');
  throw new SluiceError(
    'invalid_file',
    `${file}: case ${id} lacks ${which}, which the prompt ${name} needs.`,
    {
      remedy: `Add it to the case's vars, or make it optional in the prompt (\`${missing[0] ?? ''}?\`).`,
    },
  );
}
