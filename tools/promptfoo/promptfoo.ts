import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { valueFiles } from './file-inputs.ts';
import { variables, type Input } from './inputs.ts';

/** What promptfoo says of the one test of an input. */
export type PromptfooVerdict =
  | {
      readonly kind: 'judged';
      readonly pass: boolean;
      readonly score: number;
      /** Of each assertion, in order: did it pass, or did promptfoo fail it because it could not be judged? */
      readonly assertions: ('pass' | 'fail' | 'broken')[];
      /** An assertion has failed without a word, which promptfoo takes for a pass of the case. */
      readonly failedSilently?: true;
    }
  /** promptfoo refuses, or gives up. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'no-tests' | 'no-assertions' };

const componentSchema = z.looseObject({ pass: z.boolean(), reason: z.string().optional() });
const resultSchema = z.looseObject({
  success: z.boolean(),
  score: z.number().nullable(),
  error: z.string().nullish(),
  gradingResult: z.looseObject({ componentResults: z.array(componentSchema).nullish() }).nullish(),
});
const summarySchema = z.looseObject({ results: z.array(resultSchema) });

type Evaluate = (suite: object, options: object) => Promise<{ readonly results: unknown }>;
const packageSchema = z.object({
  BaseAssertionTypesSchema: z.object({ options: z.array(z.string()) }),
  default: z.object({ evaluate: z.custom<Evaluate>((value) => typeof value === 'function') }),
});

/** Asks promptfoo's own package, which is installed in this folder alone and calls nobody. */
export async function loadPromptfoo(): Promise<{
  readonly ask: (input: Input) => Promise<PromptfooVerdict>;
  /** Every type of assertion that it knows. */
  readonly kinds: readonly string[];
}> {
  const home = mkdtempSync(join(tmpdir(), 'promptfoo-home-'));
  Object.assign(process.env, {
    PROMPTFOO_CONFIG_DIR: home,
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
    PROMPTFOO_CACHE_ENABLED: 'false',
    PROMPTFOO_DISABLE_TEMPLATE_ENV_VARS: '1',
    LOG_LEVEL: 'error',
  });
  const name = 'promptfoo';
  const loaded: unknown = await import(name);
  const { default: promptfoo, BaseAssertionTypesSchema } = packageSchema.parse(loaded);
  const { evaluate } = promptfoo;
  const kinds = BaseAssertionTypesSchema.options;
  return { ask: (input) => ask(evaluate, withShared(input)), kinds };
}

function withOwnVariables(test: JsonValue): JsonValue {
  const isTest = typeof test === 'object' && test !== null && !Array.isArray(test);
  return isTest ? { vars: variables, ...(test as JsonObject) } : test;
}

function withShared({ suite, files = {}, ...rest }: Input): Required<Pick<Input, 'files'>> & Input {
  const tests = suite['tests'];
  const withVariables = Array.isArray(tests) ? (tests as JsonValue[]).map(withOwnVariables) : (tests ?? []);
  return { ...rest, suite: { ...suite, tests: withVariables }, files: { ...valueFiles, ...files } };
}

/** promptfoo reads files relative to where it runs. */
async function ask(
  evaluate: Evaluate,
  { suite, files = {}, output, ...rest }: Input,
): Promise<PromptfooVerdict> {
  const folder = mkdtempSync(join(tmpdir(), 'promptfoo-input-'));
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(name, text);
    const { latencyMs, costUsd: cost, finishReason } = rest;
    const provider = () => Promise.resolve({ output, latencyMs, cost, finishReason });
    const whole = { ...structuredClone(suite), prompts: ['{{message}}'], providers: [provider] };
    const options = { maxConcurrency: 1, cache: false, showProgressBar: false };
    const evaluated = await evaluate({ ...whole, writeLatestResults: false }, options);
    return verdictOf(z.union([summarySchema, z.array(resultSchema)]).parse(evaluated.results));
  } catch (error) {
    return { kind: 'error', message: firstLine(messageOf(error)) };
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

/** Without places of this machine. */
function firstLine(message: string): string {
  const [line = ''] = message.split('\n');
  return line.replaceAll(/\/\S*\//g, '').slice(0, 120);
}

function verdictOf(found: z.infer<typeof summarySchema> | z.infer<typeof resultSchema>[]): PromptfooVerdict {
  const [result] = Array.isArray(found) ? found : found.results;
  if (result === undefined) return { kind: 'no-tests' };
  const { gradingResult, error, success, score } = result;
  const components = gradingResult?.componentResults;
  if (components === undefined || components === null || score === null) {
    return typeof error === 'string'
      ? { kind: 'error', message: firstLine(error) }
      : { kind: 'no-assertions' };
  }
  const failedSilently = components.some(({ pass, reason }) => !pass && (reason ?? '') === '');
  return {
    kind: 'judged',
    pass: success,
    score,
    assertions: components.map(({ pass, reason = '' }) =>
      pass ? 'pass' : /^(?:Custom function threw|Invalid regex)/.test(reason) ? 'broken' : 'fail',
    ),
    ...(failedSilently ? { failedSilently } : {}),
  };
}
