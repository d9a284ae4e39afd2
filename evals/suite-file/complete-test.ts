import { extname } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { messageOf } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { AuthoredTest, DefaultTest } from './authored-test.ts';
import { interpolate, referencesWithin } from './interpolate.ts';
import type { DocumentPath } from './located-yaml.ts';
import { pathText, type Complaint } from './problem.ts';
import { referencedFile, type ReadText } from './raw-tests.ts';

export interface CompletedTest {
  /** As `suiteCaseSchema` reads it. */
  test: JsonObject;
  /** Paths are those of `test`. */
  problems: Complaint[];
}

/**
 * Merges a test with what all tests share (promptfoo's order: the shared assertions first, the test's own variables over
 * the shared ones), takes in files, and puts variables into assertions.
 *
 * @param file relative to which `file://` is meant
 */
export async function completeTest(
  authored: AuthoredTest,
  shared: DefaultTest,
  context: { defaultId: string; file: string; readText: ReadText },
): Promise<CompletedTest> {
  const vars = { ...shared.vars, ...authored.vars } as JsonObject;
  const expansion = authored.options?.disableVarExpansion ?? shared.options?.disableVarExpansion ?? false;
  const problems = variableProblems(vars, expansion);
  const assertions = [...(shared.assert ?? []), ...(authored.assert ?? [])] as JsonObject[];
  const assert: JsonObject[] = [];
  for (const [i, assertion] of assertions.entries()) {
    const completed = await completeAssertion(assertion, vars, context);
    if (completed.kind === 'problem') problems.push(complaint(['assert', i, 'value'], completed.message));
    assert.push(completed.kind === 'problem' ? assertion : completed.assertion);
  }
  const critical =
    authored.critical ?? authored.metadata?.critical ?? shared.critical ?? shared.metadata?.critical ?? false;
  const fields = {
    description: authored.description,
    group: authored.group ?? shared.group,
    threshold: authored.threshold ?? shared.threshold,
  };
  const present = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as JsonObject;
  return { test: { id: authored.id ?? context.defaultId, critical, vars, assert, ...present }, problems };
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

type CompletedAssertion = { kind: 'assertion'; assertion: JsonObject } | { kind: 'problem'; message: string };

async function completeAssertion(
  assertion: JsonObject,
  vars: JsonObject,
  { file, readText }: { file: string; readText: ReadText },
): Promise<CompletedAssertion> {
  const { value } = assertion;
  const path = typeof value === 'string' ? referencedFile(value, file) : undefined;
  if (path !== undefined) {
    if (!['.json', '.yaml', '.yml', '.txt'].includes(extname(path))) {
      return { kind: 'problem', message: `is in ${path}: only .json, .yaml and .txt files are taken in` };
    }
    const text = await readText(path);
    return readValue(assertion, extname(path) === '.txt' ? text : (parseYaml(text) as JsonValue));
  }
  if (typeof value === 'string') {
    const interpolated = interpolate(value, vars);
    return interpolated.kind === 'problem' ? interpolated : readValue(assertion, interpolated.text);
  }
  if (Array.isArray(value)) return completeList(assertion, value as readonly JsonValue[], vars);
  return { kind: 'assertion', assertion };
}

function completeList(
  assertion: JsonObject,
  list: readonly JsonValue[],
  vars: JsonObject,
): CompletedAssertion {
  const value: JsonValue[] = [];
  for (const each of list) {
    const interpolated = typeof each === 'string' ? interpolate(each, vars) : undefined;
    if (interpolated?.kind === 'problem') return interpolated;
    value.push(interpolated?.text ?? each);
  }
  return { kind: 'assertion', assertion: { ...assertion, value } };
}

/** Texts that stand for something else: `a, b` for a list of texts, YAML for a schema. */
function readValue(assertion: JsonObject, value: JsonValue): CompletedAssertion {
  const type = typeof assertion['type'] === 'string' ? assertion['type'] : '';
  if (typeof value !== 'string') return { kind: 'assertion', assertion: { ...assertion, value } };
  if (/contains-(?:all|any)$/.test(type)) {
    const texts = value.split(',').map((text) => text.trim());
    return { kind: 'assertion', assertion: { ...assertion, value: texts } };
  }
  if (!type.endsWith('is-json')) return { kind: 'assertion', assertion: { ...assertion, value } };
  try {
    return { kind: 'assertion', assertion: { ...assertion, value: parseYaml(value) as JsonValue } };
  } catch (error) {
    return { kind: 'problem', message: `is no JSON schema: ${messageOf(error)}` };
  }
}
