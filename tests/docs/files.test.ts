import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentsFileSchema } from '../../domain/revision/binding.ts';
import { gatewayRetrievalSchema } from '../../domain/revision/revision.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { releaseSpecSchema } from '../../domain/release/release-spec.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { loadSuite } from '../../evals/suite-file/load-suite.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { blocks, type Block } from './pages-of.ts';

// Each file that a page shows, or part of one, is read by what reads such files.

const action = z
  .object({ inputs: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8')));

/** Steps of a workflow anywhere in it. */
function stepsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'uses' in value || 'run' in value ? [value as Record<string, unknown>] : [];
  return [...own, ...Object.values(value).flatMap(stepsIn)];
}

/** A workflow gives our action inputs that it has. */
function readWorkflow(value: unknown): void {
  const steps = stepsIn(value);
  for (const { uses, with: given } of steps) {
    if (typeof uses !== 'string' || !/\/sluice@/.test(uses)) continue;
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given ?? {})));
  }
}

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

/** A file of cases, as one that a shown suite takes in. */
const cases = 'message,__expected\nWhere is my card?,contains:card_arrival\n';
/** A case of a suite of which a page shows another part. */
const aCase = 'tests: [{ vars: { message: a }, assert: [{ type: contains, value: b }] }]\n';

async function readSuite(text: string): Promise<void> {
  const suite = /^tests:/m.test(text) ? text : text + aCase;
  await loadSuite({
    file: 'shown.yaml',
    readText: (file) => Promise.resolve(file.endsWith('.csv') ? cases : suite),
    sandbox,
  });
}

const plan = (value: unknown) => planSchema.parse(value);

/** What a block is part of, by the first name in it. */
const readers: Readonly<Record<string, (value: Record<string, unknown>, text: string) => unknown>> = {
  app: (value) => releaseSpecSchema.parse(value),
  environments: (value) => environmentsFileSchema.parse(value),
  guardrails: plan,
  audience: plan,
  notify: plan,
  retrieval: ({ retrieval }) => gatewayRetrievalSchema.parse(retrieval),
  evaluation: (value) => policySchema.parse(value),
  approvals: (value) => policySchema.parse(value),
  on: readWorkflow,
  jobs: readWorkflow,
  permissions: readWorkflow,
  gate: () => undefined, // GitLab's, which nothing here reads; its commands are looked at with all others.
};

const shown = blocks().filter(({ language }) => language === 'yaml');
const isSuite = ({ text }: Block): boolean => /^(?:tests|live|defaultTest|description):/m.test(text);
/** Goes on within a file that was shown before it. */
const isRest = ({ text }: Block): boolean => /^\s/.test(text);

it.each(
  shown.filter((block) => !isSuite(block) && !isRest(block)).map((block) => [block.at, block] as const),
)('%s is a file, or part of one, that is taken', (_at, { text }) => {
  const value: unknown = parse(text.replaceAll(/[0-9a-f]+…/g, 'a'.repeat(64))); // a digest, cut for the page
  if (Array.isArray(value)) {
    readWorkflow(value);
    return;
  }
  const [first = ''] = Object.keys(value as object);
  const read = readers[first];
  if (read === undefined) throw new Error(`Nothing reads what begins with "${first}": say what it is.`);
  read(value as Record<string, unknown>, text);
});

it.each(shown.filter(isSuite).map((block) => [block.at, block] as const))(
  '%s is a suite that is taken',
  async (_at, { text }) => {
    await readSuite(text);
  },
);
