import type { SuiteCase } from '../../domain/evaluation/suite.ts';
import { SluiceError } from '../../domain/errors.ts';
import { scoredByNobody } from '../../domain/guardrail/scored.ts';
import type { LoadedSuite } from '../../evals/suite-file/load-suite.ts';
import type { ReadSpec } from './read-spec.ts';

/** A suite with the path of its file. */
export interface ReadSuite extends LoadedSuite {
  readonly file: string;
}

/** A fault of a spec's own: `sluice.yaml:7:3: what is wrong`. */
function fault(
  file: string,
  { placeOf }: ReadSpec,
  path: string[],
  message: string,
  remedy: string,
): SluiceError {
  return new SluiceError('invalid_file', `${file}:${placeOf(path)}: ${path.join('.')}: ${message}`, {
    remedy,
  });
}

/** All names in the file that must be those of something else in it, and are not. */
export function wrongNames(file: string, read: ReadSpec, suites: readonly ReadSuite[]): SluiceError[] {
  const { revision } = read.spec;
  const prompts = Object.keys(revision.prompts);
  const { defaultPrompt } = revision;
  const named = prompts.join(', ') || 'none';
  const faults: SluiceError[] = [];
  if (defaultPrompt !== undefined && !prompts.includes(defaultPrompt)) {
    const path = ['revision', 'defaultPrompt'];
    const why = `there is no prompt "${defaultPrompt}"`;
    faults.push(fault(file, read, path, why, `The prompts are: ${named}.`));
  }
  if (defaultPrompt === undefined && prompts.length > 1) {
    const why = 'with several prompts one must be the default';
    faults.push(
      fault(file, read, ['revision', 'prompts'], why, `Set revision.defaultPrompt to one of ${named}.`),
    );
  }
  return [...faults, ...wrongSuiteNames(file, read, suites)];
}

function wrongSuiteNames(file: string, read: ReadSpec, suites: readonly ReadSuite[]): SluiceError[] {
  const faults: SluiceError[] = [];
  const known = suites.map(({ name }) => name);
  const twice = known.find((name, i) => known.indexOf(name) !== i);
  if (twice !== undefined) {
    const why = `two suites are named "${twice}"`;
    const remedy = "A suite's name is that of its file: rename one.";
    faults.push(fault(file, read, ['evaluate', 'suites'], why, remedy));
  }
  for (const [name, { evaluate, guardrails }] of Object.entries(read.plans)) {
    const unknown =
      evaluate === 'skip' ? undefined : evaluate.suites?.find((suite) => !known.includes(suite));
    if (unknown !== undefined) {
      const path = ['plans', name, 'evaluate', 'suites'];
      const remedy = `It has: ${known.join(', ') || 'none'}.`;
      faults.push(fault(file, read, path, `there is no suite "${unknown}"`, remedy));
    }
    const unscored = scoredByNobody(guardrails, suites);
    if (unscored === undefined) continue;
    const path = ['plans', name, 'guardrails', unscored.name];
    const remedy = 'Write it in a suite: live: { assert: [ … ] }.';
    faults.push(fault(file, read, path, unscored.lacks, remedy));
  }
  return faults;
}

/** The variables that each prompt of a spec needs, and the prompt that a case asks which names none. */
export interface AskedPrompts {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly byDefault: string | undefined;
}

/** All cases that ask a prompt which there is not, or do not bring what theirs needs. */
export function wrongCases(suites: readonly ReadSuite[], prompts: AskedPrompts): SluiceError[] {
  return suites.flatMap(({ file, content, places }) =>
    content.tests.flatMap((test) => {
      const wrong = wrongCase(places.get(test.id) ?? file, test, prompts);
      return wrong === undefined ? [] : [wrong];
    }),
  );
}

function wrongCase(
  place: string,
  { id, prompt, vars }: SuiteCase,
  { byName, byDefault }: AskedPrompts,
): SluiceError | undefined {
  const name = prompt ?? byDefault;
  if (name === undefined) return undefined;
  const needs = byName.get(name);
  if (needs === undefined) {
    const remedy = `The prompts are: ${[...byName.keys()].join(', ') || 'none'}.`;
    return new SluiceError(
      'invalid_file',
      `${place}: case ${id} asks the prompt "${name}", which there is not.`,
      {
        remedy,
      },
    );
  }
  const missing = needs.filter((variable) => vars[variable] === undefined);
  if (missing.length === 0) return undefined;
  const which = missing.map((variable) => `"${variable}"`).join(', ');
  return new SluiceError(
    'invalid_file',
    `${place}: case ${id} lacks ${which}, which the prompt ${name} needs.`,
    {
      remedy: `Add it to the case's vars, or make it optional in the prompt (\`${missing[0] ?? ''}?\`).`,
    },
  );
}
