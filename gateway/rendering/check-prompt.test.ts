import { assertModestPrompts, checkPrompt } from './check-prompt.ts';

const input = `---
input:
  schema:
    customer: string
    tone?: string
    urgent: boolean
    items(array):
      name: string
      tags(array): string
    address(object):
      city: string
    other: any
---
`;
const gateway = {
  by: 'gateway' as const,
  retriever: 'knowledge',
  index: 'k@1',
  topK: 3,
  timeout: '2s',
  onError: 'fail' as const,
  onEmpty: 'continue' as const,
};

/** The names that stand for nothing. */
async function unknownIn(template: string, front = input): Promise<string[]> {
  const { faults } = await checkPrompt(front + template, { retrieval: gateway });
  return faults.map(({ message }) => /\{\{(.*)\}\} stands for nothing/.exec(message)?.[1] ?? message);
}

describe('names that stand for something', () => {
  it.each([
    '{{customer}} {{{customer}}} {{&tone}} {{this.customer}} {{./tone}} {{@root.customer}}',
    '{{history}}{{role "system"}}{{media url=customer contentType="image/png"}}',
    '{{#each documents}}{{@index}} {{@first}} {{text}} {{metadata.category}} {{../customer}} {{@root.tone}}{{/each}}',
    '{{#each documents as |document place|}}{{document.text}} {{place}} {{../customer}}{{/each}}',
    '{{#each items}}{{name}}{{#each tags}}{{this}} {{@../index}} {{../name}} {{../../customer}}{{/each}}{{/each}}',
    '{{#each items as |item|}}{{#each item.tags as |tag|}}{{item.name}}{{tag}}{{/each}}{{/each}}',
    '{{#with address}}{{city}}{{../customer}}{{else}}{{customer}}{{/with}}',
    '{{#with address as |home|}}{{home.city}}{{/with}}',
    '{{#if urgent}}{{customer}}{{else if tone}}{{tone}}{{else}}{{address.city}}{{/if}}',
    '{{#unless tone}}{{customer}}{{/unless}}{{#ifEquals tone "warm"}}{{tone}}{{/ifEquals}}',
    '{{#urgent}}{{customer}}{{/urgent}}{{^tone}}{{customer}}{{/tone}}',
    '{{#items}}{{name}}{{/items}}{{#address}}{{city}}{{/address}}',
    '{{json items indent=2}}{{lookup address "city"}}{{json (lookup items 0)}}{{items.length}}{{items.0.name}}',
    '{{other.anything.at.all}}{{#each other}}{{whatever}}{{/each}}{{! {{not.there}} }}\\{{neither}}',
  ])('%s', async (template) => {
    expect(await unknownIn(template)).toEqual([]);
  });
});

describe('names that stand for nothing', () => {
  it.each<[string, string[]]>([
    ['You summarise tickets for {{custmer}}.', ['custmer']],
    ['{{{custmer}}}{{&tne}}', ['custmer', 'tne']],
    ['{{this.custmer}}{{./custmer}}{{@root.custmer}}', ['this.custmer', './custmer', '@root.custmer']],
    ['{{address.town}}{{customer.name}}', ['address.town', 'customer.name']],
    ['{{#each document}}{{text}}{{/each}}', ['document']],
    ['{{#each documents}}{{txt}}{{customer}}{{/each}}', ['txt', 'customer']],
    [
      '{{#each items}}{{nmae}}{{../custmer}}{{../../customer}}{{/each}}',
      ['nmae', '../custmer', '../../customer'],
    ],
    ['{{#each items as |item|}}{{item.nmae}}{{/each}}{{item}}', ['item.nmae', 'item']],
    ['{{#with address}}{{customer}}{{else}}{{city}}{{/with}}', ['customer', 'city']],
    ['{{#each documents}}{{text}}{{else}}{{text}}{{/each}}', ['text']],
    [
      '{{@index}}{{#if urgent}}{{@index}}{{/if}}{{#each items}}{{@indx}}{{/each}}',
      ['@index', '@index', '@indx'],
    ],
    ['{{#if urgnt}}x{{else if tne}}y{{/if}}{{#unless nobody}}z{{/unless}}', ['urgnt', 'tne', 'nobody']],
    ['{{#ifEquals tne "warm"}}x{{/ifEquals}}{{#unlessEquals "warm" tne}}x{{/unlessEquals}}', ['tne', 'tne']],
    ['{{json itms}}{{json items indent=indnt}}{{lookup adress "city"}}', ['itms', 'indnt', 'adress']],
    ['{{json (lookup itms 0)}}{{media url=pictre}}', ['itms', 'pictre']],
    [
      '{{#custmer}}x{{/custmer}}{{^tne}}x{{/tne}}{{#customer}}{{customer}}{{/customer}}',
      ['custmer', 'tne', 'customer'],
    ],
    ['{{../customer}}{{constructor}}{{[first name]}}', ['../customer', 'constructor', 'first name']],
  ])('%s', async (template, names) => {
    expect(await unknownIn(template)).toEqual(names);
  });

  it('are all that is not declared, where a prompt declares nothing', async () => {
    expect(await unknownIn('{{customer}}{{#each documents}}{{text}}{{/each}}', '')).toEqual(['customer']);
    const byDefault = '---\ninput:\n  default: { tone: calm }\n---\n';
    expect(await unknownIn('{{customer}}{{tone}}', byDefault)).toEqual(['customer']);
  });

  it('are none where a prompt declares that any may come', async () => {
    expect(await unknownIn('{{customer}}', '---\ninput:\n  schema:\n    (*): any\n---\n')).toEqual([]);
  });

  it('are told with their line and what there is', async () => {
    const { faults } = await checkPrompt(`${input}Hello\n{{custmer}}`);
    expect(faults).toMatchObject([
      {
        code: 'invalid_file',
        message: expect.stringMatching(
          /^Line 2 of the template: \{\{custmer\}\} stands for nothing/,
        ) as unknown,
        remedy: expect.stringContaining('customer, tone') as unknown,
      },
    ]);
  });
});

it('takes the documents of an application for whatever they are', async () => {
  const template = '{{#each documents}}{{title}}{{/each}}';
  expect((await checkPrompt(template)).faults).toEqual([]);
  expect((await checkPrompt(template, { retrieval: gateway })).faults).toHaveLength(1);
});

it.each([
  ['{{role "system"}}You summarise.', true],
  ['{{role "system"}}You summarise for {{customer}}.', true],
  ['{{role "system"}}You summarise.{{history}}', false],
  ['{{#if urgent}}{{history}}{{/if}}', false],
  ['Answer: {{message}}', false],
  ['{{#each documents}}{{message}}{{/each}}', true],
])('warns where a template does not say where the user’s message goes: %s', async (template, warns) => {
  const front = input.replace('customer: string', 'customer: string\n    message?: string');
  const { warnings } = await checkPrompt(front + template);
  expect(warnings.some((warning) => warning.includes('{{history}}'))).toBe(warns);
});

it.each([
  ['tags', '{{a}} '.repeat(1_001)],
  ['characters between braces', `{{json a${' a'.repeat(10_000)}}}`],
  ['characters between braces', '{{'.repeat(100_000)],
  ['characters', 'x'.repeat(600_000)],
])('refuses a template of too many %s before it is compiled, and says what to do', async (what, template) => {
  const source = `---\ninput: {schema: {a: string}}\n---\n${template}`;
  await expect(checkPrompt(source)).rejects.toMatchObject({
    code: 'invalid_file',
    message: expect.stringContaining(what) as string,
    remedy: expect.stringContaining('{{#each}}') as string,
  });
});

it('refuses prompts that are modest each and too many together', () => {
  const prompt = `---\ninput: {schema: {a: string}}\n---\n${'{{a}} '.repeat(900)}`;
  expect(() => {
    assertModestPrompts(Array.from({ length: 4 }, () => prompt));
  }).not.toThrow();
  expect(() => {
    assertModestPrompts(Array.from({ length: 5 }, () => prompt));
  }).toThrow('The templates of the revision have together more than 4000 tags.');
});

it('takes a long template of few tags', async () => {
  const { faults } = await checkPrompt(
    `---\ninput: {schema: {a: string}}\n---\n${'word { } '.repeat(50_000)}{{a}}`,
  );
  expect(faults).toEqual([]);
});

it('refuses front matter that takes a gateway long to read', async () => {
  const front = (names: number): string =>
    `---\ninput:\n  schema:\n${Array.from({ length: names }, (_, i) => `    v${i}: string`).join('\n')}\n---\n`;
  expect((await checkPrompt(`${front(900)}{{v1}}`)).faults).toEqual([]);
  await expect(checkPrompt(`${front(1_000)}{{v1}}`)).rejects.toThrow(
    "The prompt's front matter has more than 16000 characters.",
  );
});
