import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { createApp } from '../../config-store/test-fixtures/release-fixture.ts';
import { compilePrompt } from '../../gateway/rendering/prompt.ts';
import { checkPrompts } from '../../sandbox/check-prompts.ts';
import { exhaustingPrompts, longToCheck, openTemplates, templateAttacks } from './template-attacks.ts';

// A team's prompts are compiled for the first time where there is nothing to take (invariant 30); what has passed there
// is rendered in gateways, and finds no more than its variables.

const api = useApi();
const canary = 'canary-91ab2f60';
const variables = { a: { b: 'given' }, list: ['given'] };
const given = { retrieval: undefined };

beforeAll(() => {
  process.env['SLUICE_TEST_CANARY'] = canary;
});
afterAll(() => {
  delete process.env['SLUICE_TEST_CANARY'];
});

/** What a gateway would send; undefined for what it does not compile or render. */
async function rendered(source: string): Promise<string | undefined> {
  try {
    const { render } = await compilePrompt(source);
    const { messages } = await render({ variables, history: [] });
    return JSON.stringify(messages);
  } catch {
    return undefined;
  }
}

it('refuses each attack where variables are declared, as what stands for nothing', async () => {
  const found = await checkPrompts(templateAttacks, given);
  const passed = [...found].filter(([, { faults }]) => faults.length === 0).map(([name]) => name);
  // What has no name that stands for something is text, or prints a text of its own.
  expect(passed.filter((name) => !/^(?:a mark|a media|a text|a literal)/.test(name))).toEqual([]);
});

it('finds nothing but its variables where any are taken', async () => {
  const found = await checkPrompts(openTemplates, given);
  expect(found.size).toBeGreaterThan(150);
  const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
  for (const [name, source] of Object.entries(openTemplates)) {
    const text = await rendered(source);
    const isMark = name === 'a mark of its own';
    expect([name, text]).not.toEqual([
      name,
      expect.stringMatching(isMark ? /native code|canary/ : /OUT|native code|function |canary|\[object/),
    ]);
  }
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before);
  expect('left' in globalThis).toBe(false);
});

const isFull = process.env['SLUICE_SECURITY'] === 'full';
/** By default those that bounds of size do not keep out. */
const exhausting = Object.entries(exhaustingPrompts).filter(
  ([name]) => isFull || /^(?:alias|list|a schema)/.test(name),
);

it('refuses what never comes to an end', async () => {
  // Each has a process of its own: beside each other they wait for their ends once.
  const found = exhausting.map(async ([name, source]) => {
    const findings = checkPrompts({ answer: source }, given).then(
      (of) => of.get('answer')?.faults.map(({ message }) => message) ?? [],
      (error: unknown) => [String(error)],
    );
    return [name, await findings];
  });
  expect(await Promise.all(found)).toEqual(exhausting.map(([name]) => [name, [expect.any(String)]]));
});

it('goes on answering while a prompt is compiled that takes too long, and says so', async () => {
  const { app } = await createApp(api.db);
  const content = { chain: [{ provider: 'openai', model: 'atlas-large' }] };
  const publish = (label: string, template: string) =>
    api.post<{ detail: string }>('/v1/revisions', {
      body: { app, label, content: { ...content, prompts: { answer: { template } } } },
    });
  const ended: string[] = [];
  const long = publish('long', longToCheck).finally(() => ended.push('long'));
  const short = publish('short', '{{role "system"}}Be kind.\n{{history}}').finally(() => ended.push('short'));
  const others = api.get('/v1/apps').finally(() => ended.push('others'));
  const [refused, published] = await Promise.all([long, short, others]);
  expect(ended.at(-1)).toBe('long');
  expect([refused.status, published.status]).toEqual([400, 201]);
  // By its time, or by what its compiler has taken in that time.
  expect(refused.body.detail).toMatch(/did not end within 2000 ms|its process ended/);
});
