import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { completeValue } from './assertion-value.ts';
import type { AuthoredTest, DefaultTest } from './authored-test.ts';
import { hasTemplate, referencesWithin } from './interpolate.ts';
import type { DocumentPath } from './located-yaml.ts';
import { pathText, type Complaint } from './problem.ts';
import type { ReadText } from './raw-tests.ts';

export interface CompletedTest {
  /** As `suiteCaseSchema` reads it. */
  readonly test: JsonObject;
  /** Paths are those of `test`. */
  readonly problems: Complaint[];
}

/**
 * Merges a test with what all tests share (promptfoo's order: the shared assertions first, the test's own variables over
 * the shared ones), takes in files, and puts variables into assertions.
 *
 * @param context.file relative to which `file://` is meant
 */
export async function completeTest(
  authored: AuthoredTest,
  shared: DefaultTest,
  context: {
    readonly defaultId: string;
    readonly file: string;
    readonly readText: ReadText;
    readonly inOtherFile: boolean;
  },
): Promise<CompletedTest> {
  const vars = { ...shared.vars, ...authored.vars } as JsonObject;
  const expansion = authored.options?.disableVarExpansion ?? shared.options?.disableVarExpansion ?? false;
  const problems = variableProblems(vars, expansion);
  const assert: JsonObject[] = [];
  for (const [i, { assertion, inOtherFile }] of assertionsOf(authored, shared, context).entries()) {
    const completed = await completeValue(assertion, { ...context, inOtherFile, vars });
    if (completed.kind === 'problem') problems.push(complaint(['assert', i, 'value'], completed.message));
    problems.push(...metricProblems(assertion, i));
    assert.push(withValue(assertion, completed.kind === 'problem' ? assertion['value'] : completed.value));
  }
  const critical = isCritical(authored) ?? isCritical(shared) ?? false;
  const fields = {
    description: authored.description,
    group: authored.group ?? shared.group,
    prompt: authored.prompt ?? shared.prompt,
    threshold: authored.threshold ?? shared.threshold,
  };
  const present = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as JsonObject;
  return { test: { id: authored.id ?? context.defaultId, critical, vars, assert, ...present }, problems };
}

/** The shared ones first, as in promptfoo; they stand in the suite itself. */
function assertionsOf(
  authored: AuthoredTest,
  shared: DefaultTest,
  { inOtherFile }: { readonly inOtherFile: boolean },
): { readonly assertion: JsonObject; readonly inOtherFile: boolean }[] {
  const written = (assert: AuthoredTest['assert'] = []): JsonObject[] => assert;
  return [
    ...written(shared.assert).map((assertion) => ({ assertion, inOtherFile: false })),
    ...written(authored.assert).map((assertion) => ({ assertion, inOtherFile })),
  ];
}

function withValue({ value: _, ...rest }: JsonObject, value: JsonValue | undefined): JsonObject {
  return value === undefined ? rest : { ...rest, value };
}

function metricProblems({ metric }: JsonObject, i: number): Complaint[] {
  const isTemplate = typeof metric === 'string' && hasTemplate(metric);
  return isTemplate ? [complaint(['assert', i, 'metric'], 'is a template: write the metric’s name out')] : [];
}

function isCritical({ critical, metadata }: DefaultTest): boolean | undefined {
  return critical ?? metadata?.critical;
}

function variableProblems(vars: JsonObject, listsAreValues: boolean): Complaint[] {
  return Object.entries(vars).flatMap(([name, value]) => {
    const message = variableProblem(name, value, vars, listsAreValues);
    return message === undefined ? [] : [complaint(['vars', name], message)];
  });
}

function variableProblem(
  name: string,
  value: JsonValue,
  vars: JsonObject,
  listsAreValues: boolean,
): string | undefined {
  if (Array.isArray(value) && name !== 'messages' && !listsAreValues) {
    return 'is a list, of which promptfoo makes a test each: write the tests out, or set options.disableVarExpansion';
  }
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('file://')) return 'is in a file: write its text here, or put the tests in a CSV file';
  const [other] = referencesWithin(value, vars);
  return other === undefined
    ? undefined
    : `refers to {{${other}}}: write its text out, variables are sent as they are`;
}

function complaint(path: DocumentPath, message: string): Complaint {
  return { path, message: `${pathText(path)}${message}` };
}
