import { basename } from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../domain/revision/digest.ts';
import type { JsonObject } from '../../domain/json.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { criticalFault, suiteFaults, thresholdFault } from '../../domain/evaluation/suite-faults.ts';
import {
  suiteCaseSchema,
  suiteSchema,
  type PublishedSuite,
  type SuiteCase,
} from '../../domain/evaluation/suite.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { whyNotUnderstood } from '../assertions/understand.ts';
import { authoredTestSchema, defaultTestSchema, type DefaultTest } from './authored-test.ts';
import { completeTest } from './complete-test.ts';
import { parseLocatedYaml, type DocumentPath, type LocatedYaml } from './located-yaml.ts';
import { complaintsOf, problemsError, type Complaint, type Problem } from './problem.ts';
import { collectTests, type RawTest, type ReadText } from './raw-tests.ts';

const suiteFileSchema = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().optional(),
  /** The prompt that its tests ask, but for those that name another. */
  prompt: nameSchema.optional(),
  tests: z.unknown().optional(),
  defaultTest: defaultTestSchema.optional(),
  live: z.strictObject({ assert: z.array(z.record(z.string(), z.json())) }).optional(),
});

interface SuiteFile {
  readonly file: string;
  readonly document: LocatedYaml;
  readonly shared: DefaultTest;
  readonly readText: ReadText;
  readonly sandbox: Sandbox;
}

type Completed =
  | { readonly kind: 'case'; readonly case: SuiteCase }
  | { readonly kind: 'problems'; readonly problems: Problem[] };

/** A suite, and where each of its cases stands: `evals/cases.yaml:12:5`, by the case's id. */
export interface LoadedSuite extends PublishedSuite {
  readonly places: ReadonlyMap<string, string>;
}

export interface SuiteToLoad {
  readonly file: string;
  readonly readText: ReadText;
  /** Where regular expressions, schemas and code are tried to be understood. */
  readonly sandbox: Sandbox;
}

/**
 * Reads a suite file: promptfoo's YAML, a strict subset of it, with everything taken in that it refers to. Nothing of it
 * is left to be understood later.
 *
 * @param args.file as people should read it in messages; the suite's name is its base name
 * @throws SluiceError `invalid_file` with all problems, each with file, line and column
 */
export async function loadSuite(args: SuiteToLoad): Promise<LoadedSuite> {
  const { file, readText, sandbox } = args;
  const document = parseLocatedYaml(await readText(file), file);
  const name = nameSchema.safeParse(basename(file).replace(/\.ya?ml$/, ''));
  if (!name.success) throw located(name.error, nameSchema, file, document);
  const parsed = suiteFileSchema.safeParse(document.value);
  if (!parsed.success) throw located(parsed.error, suiteFileSchema, file, document);
  const { description, prompt, defaultTest, live, tests: raw } = parsed.data;
  const shared = { ...(prompt === undefined ? {} : { prompt }), ...defaultTest };
  const tests = await collectTests(raw, { ...document, file, path: ['tests'], inOtherFile: false }, readText);
  const cases = await completeAll(tests, { file, document, shared, readText, sandbox });
  const content = suiteSchema.safeParse({
    ...(description === undefined ? {} : { description }),
    tests: cases,
    ...(live === undefined ? {} : { live: await completeLive(live, { file, document, readText }) }),
  });
  if (!content.success) throw located(content.error, suiteSchema, file, document);
  const unclear = (await whyNotUnderstood(content.data.live?.assert ?? [], sandbox)).find(
    (why) => why !== undefined,
  );
  if (unclear !== undefined)
    throw problemsError([{ file, place: document.placeOf(['live']), message: unclear }]);
  // As whoever takes the suite will see it, without knowing which assertions are shared.
  const [fault] = suiteFaults(content.data.tests);
  if (fault !== undefined)
    throw problemsError([{ file, place: document.placeOf(['tests']), message: fault }]);
  const places = new Map(
    content.data.tests.map(({ id }, i) => [
      id,
      `${tests[i]?.file ?? file}:${tests[i]?.placeOf([]) ?? '1:1'}`,
    ]),
  );
  return { name: name.data, digest: digestOf(content.data), content: content.data, places };
}

async function completeAll(tests: readonly RawTest[], suite: SuiteFile): Promise<SuiteCase[]> {
  const completed = await Promise.all(tests.map((raw, i) => completeOne(raw, `case-${i + 1}`, suite)));
  const problems = completed.flatMap((each) => (each.kind === 'problems' ? each.problems : []));
  if (problems.length > 0) throw problemsError(problems);
  return completed.flatMap((each) => (each.kind === 'case' ? [each.case] : []));
}

async function completeOne(raw: RawTest, defaultId: string, suite: SuiteFile): Promise<Completed> {
  const authored = authoredTestSchema.safeParse(raw.raw);
  if (!authored.success)
    return placed(complaintsOf(authored.error, authoredTestSchema), raw, { ...suite, shared: {} });
  const { file, readText, shared } = suite;
  const { inOtherFile } = raw;
  const context = { defaultId, file, readText, inOtherFile };
  const { test, problems } = await completeTest(authored.data, shared, context);
  if (problems.length > 0) return placed(problems, raw, suite);
  const parsed = suiteCaseSchema.safeParse(test);
  if (!parsed.success) return placed(complaintsOf(parsed.error, suiteCaseSchema), raw, suite);
  const complaints = [
    ...(await complaintsAboutAssertions(parsed.data, suite.sandbox)),
    ...complaintsAboutFaults(parsed.data, shared.assert?.length ?? 0),
  ];
  return complaints.length > 0 ? placed(complaints, raw, suite) : { kind: 'case', case: parsed.data };
}

/** Regular expressions, schemas and code that cannot be understood. */
async function complaintsAboutAssertions({ assert }: SuiteCase, sandbox: Sandbox): Promise<Complaint[]> {
  const found = await whyNotUnderstood(assert, sandbox);
  return found.flatMap((message, i) =>
    message === undefined ? [] : [{ path: ['assert', i, 'value'], message }],
  );
}

/** Thresholds that judge nothing, or everything, and what switches a case's criticality off unseen. */
function complaintsAboutFaults(test: SuiteCase, sharedCount: number): Complaint[] {
  const faults = [thresholdFault(test), criticalFault(test, test.assert.slice(sharedCount))];
  return faults.flatMap((message) =>
    message === undefined
      ? []
      : [{ path: [message.startsWith('threshold') ? 'threshold' : 'assert'], message }],
  );
}

/** Finds the places: an assertion stands with the test, or with what all tests share, whose assertions come first. */
function placed(complaints: readonly Complaint[], raw: RawTest, suite: SuiteFile): Completed {
  const sharedCount = suite.shared.assert?.length ?? 0;
  const problems = complaints.map(({ path, message, ofKey = false }): Problem => {
    const [first, index, ...inner] = path;
    const ofTest = (own: DocumentPath): Problem => ({
      file: raw.file,
      place: placeIn(raw, own, ofKey),
      message,
    });
    if (first !== 'assert' || typeof index !== 'number') return ofTest(path);
    if (index >= sharedCount) return ofTest(['assert', index - sharedCount, ...inner]);
    const { file, document } = suite;
    return { file, place: placeIn(document, ['defaultTest', ...path], ofKey), message };
  });
  return { kind: 'problems', problems };
}

type Places = Omit<LocatedYaml, 'value'>;

function placeIn({ placeOf, placeOfKey }: Places, path: DocumentPath, ofKey: boolean): string {
  return ofKey ? placeOfKey(path) : placeOf(path);
}

function located(error: z.ZodError, schema: z.ZodType, file: string, places: Places): Error {
  return problemsError(
    complaintsOf(error, schema).map(({ path, message, ofKey = false }) => ({
      ...{ file, place: placeIn(places, path, ofKey), message },
    })),
  );
}

/** Files are taken in as for tests; there are no variables to put in. */
async function completeLive(
  { assert }: { readonly assert: readonly JsonObject[] },
  { file, document, readText }: Pick<SuiteFile, 'file' | 'document' | 'readText'>,
): Promise<JsonObject> {
  const context = { defaultId: 'live', file, readText, inOtherFile: false };
  const authored = defaultTestSchema.parse({ assert });
  const { test, problems } = await completeTest(authored, {}, context);
  if (problems.length === 0) return { assert: test['assert'] ?? [] };
  throw problemsError(
    problems.map(({ path, message }) => ({
      file,
      place: document.placeOf(['live', ...path]),
      message: `live.${message}`,
    })),
  );
}
