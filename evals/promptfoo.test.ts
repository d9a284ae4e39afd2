import { SluiceError } from '../domain/errors.ts';
import { assertionKinds } from '../domain/evaluation/suite.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { eachAtOnce } from './run/each-at-once.ts';
import { prepareCases } from './run/eval-case.ts';
import { runWork } from './run/runner.ts';
import { loadSuite } from './suite-file/load-suite.ts';
import { kindsElsewhere } from './suite-file/promptfoo-kinds.ts';
import { recordsOf, shared, type Input, type PromptfooVerdict } from './test-fixtures/promptfoo/records.ts';
import type { WorkResult } from './run/work.ts';

// Holds Sluice against what promptfoo's own package said of some thousand suites. Sluice says the same, or refuses before
// anything runs, or differs for a reason that docs/reference/sluice-yaml.md names.

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

/** What Sluice says: a refusal before anything runs, or a result. */
type Ours = { kind: 'refused'; message: string } | { kind: 'ran'; result: WorkResult };

async function askSluice(input: Input): Promise<Ours> {
  const files: Record<string, string> = { ...input.files, 'suite.yaml': JSON.stringify(input.suite) };
  const readText = (file: string): Promise<string> => {
    const text = files[file];
    // As the command reads files.
    if (text !== undefined) return Promise.resolve(text.replaceAll('\r\n', '\n'));
    return Promise.reject(new SluiceError('not_found', `${file} is not there.`));
  };
  try {
    const cases = prepareCases([await loadSuite({ file: 'suite.yaml', readText, sandbox })], { sandbox });
    const { output, latencyMs, costUsd, finishReason } = input;
    const ending = finishReason === undefined ? {} : { finishReason };
    const results: WorkResult[] = [];
    await runWork({
      items: cases.map(({ id }) => ({ caseId: id, revision: 'rev_a', target: 0, repeat: 0 })),
      cases: new Map(cases.map((each) => [each.id, each])),
      callModel: () => Promise.resolve({ kind: 'answered', output, latencyMs, costUsd, ...ending }),
      pinnedTarget: () => undefined,
      concurrency: 1,
      onResult: (result) => void results.push(result),
    });
    expect(results).toHaveLength(1);
    return { kind: 'ran', result: results[0]! };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'invalid_file') throw error;
    return { kind: 'refused', message: error.message };
  }
}

/** What promptfoo takes and Sluice refuses, by what the refusal says. */
const refusals: Readonly<Record<string, RegExp>> = {
  'a template that is not {{name}} of a variable':
    /has a template that is not plain|names \{\{\w+\}\}, which is no/,
  'a threshold that every answer reaches': /is above 0: every answer reaches 0/,
  'a threshold that no answer reaches': /is at most 1: no answer reaches/,
  'no assertion that counts': /has at least one assertion that counts/,
  'an empty value':
    /is a text that is not empty|has at least one text|value: is empty|is a JSON schema, or left out/,
  'no code, and no expression': /value of "[a-z-]+" is (?:code|a regular expression)/,
  'a value of another type': /value of "[a-z-]+" is (?:a text|a list of texts|a text, or JSON)$/m,
  'a value that promptfoo ignores': /value of "[a-z-]+" is not taken/,
  'a threshold that promptfoo ignores':
    /threshold of "[a-z-]+" is not taken|a number in brackets, which promptfoo ignores/,
  'a threshold that promptfoo makes up': /threshold of "[a-z-]+" must be a number above 0/,
  'a finish reason that never comes': /is one of stop, length, content_filter, tool_calls/,
  'what cannot be judged on other answers': /cannot be understood: |is no JSON schema: /,
  'a value that readers of YAML do not agree on':
    /is a date to some readers|is not understood$|is no number of JSON/m,
  'a file that promptfoo reads in two ways': /promptfoo keeps the spaces and line ends around it/,
  'a file of another kind': /only \.json, \.yaml and \.txt files are taken in/,
  'line ends of two kinds': /Invalid Record Length/,
  'a column that promptfoo ignores or overwrites':
    /:1: (?:column "[^"]*" is (?:not understood|there twice)|a column has no name|did you mean)/,
  'a column about the prompt or the provider': /__(?:prefix|suffix|providerOutput) would/,
  'a cell that promptfoo ignores': /__threshold: "[^"]*" is no number|__config:\S+ is of /,
};

/** Says why the two agree or may differ; undefined where they must not. */
function explanation(input: Input, theirs: PromptfooVerdict, ours: Ours): string | undefined {
  if (ours.kind === 'refused') {
    if (theirs.kind !== 'judged') return 'both refuse';
    return Object.entries(refusals).find(([, message]) => message.test(ours.message))?.[0];
  }
  const { verdict, score } = ours.result;
  const isShort =
    input.output.trim() === '' || ['length', 'content_filter'].includes(input.finishReason ?? '');
  if (isShort && verdict === 'failed' && score === 0) return 'an answer that is none';
  if (theirs.kind !== 'judged')
    return verdict === 'not-judged' || verdict === 'failed' ? 'not judged' : undefined;
  const text = JSON.stringify(input);
  if (verdict === 'not-judged' && /no other revision/.test(ours.result.error ?? ''))
    return 'a comparison without another answer';
  if (theirs.assertions.includes('broken') && /\(\{ pass: (?:(?!reason).)*?\}\)/.test(text))
    return 'a verdict without a score';
  const isUnknown = input.finishReason === undefined && text.includes('finish-reason"');
  if (theirs.assertions.includes('broken') || isUnknown) {
    const hasFailed = verdict === 'failed' && theirs.assertions.includes('fail');
    if (verdict === 'not-judged' || hasFailed) return 'not judged';
  }
  if (/context\.test/.test(text) && verdict === 'not-judged') return 'code that wants more than variables';
  const agrees = theirs.pass === (verdict === 'passed') && Math.abs((score ?? NaN) - theirs.score) < 1e-12;
  if (agrees) return 'the same';
  return theirs.failedSilently === true && verdict === 'failed' ? 'a failure without a word' : undefined;
}

it('knows every type of assertion that promptfoo has, or refuses it by name', () => {
  // promptfoo has it in a list of its own: it is asked of several answers at once.
  const alone = assertionKinds.filter((kind) => kind !== 'select-best');
  expect([...alone, ...kindsElsewhere].sort()).toEqual([...shared.kinds].sort());
});

const explained = new Map<string, number>();

it.each(['cases', 'files'] as const)(
  'means what promptfoo means by recorded %s, or says why not',
  async (name) => {
    const unexplained: object[] = [];
    await eachAtOnce(recordsOf(name), { atOnce: 8 }, async ({ input, theirs }) => {
      const ours = await askSluice(input);
      const why = explanation(input, theirs, ours);
      if (why === undefined) unexplained.push({ input: JSON.stringify(input), theirs, ours });
      else explained.set(why, (explained.get(why) ?? 0) + 1);
    });
    expect(unexplained).toEqual([]);
  },
  300_000,
);

it('differs for reasons that all occur, and mostly does not', () => {
  const total = [...explained.values()].reduce((sum, count) => sum + count, 0);
  const others = [
    'code that wants more than variables',
    'the same',
    'both refuse',
    'an answer that is none',
    'not judged',
    'a comparison without another answer',
    'a verdict without a score',
  ];
  const possible = [...others, 'a failure without a word', ...Object.keys(refusals)];
  expect([...explained.keys()].sort()).toEqual(possible.sort());
  expect(total).toBeGreaterThan(4000);
  expect(explained.get('the same')).toBeGreaterThan(total / 2);
});
