import { SluiceError } from '../../domain/errors.ts';
import type { PublishedSuite } from '../../domain/evaluation/suite.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { loadSuite } from './load-suite.ts';

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

function load(files: Record<string, string>): Promise<PublishedSuite> {
  const readText = (file: string): Promise<string> => {
    const text = files[file];
    return text === undefined
      ? Promise.reject(new SluiceError('not_found', `${file} is not there.`))
      : Promise.resolve(text);
  };
  return loadSuite({ file: 'evals/intents.yaml', readText, sandbox });
}

const one = (text: string): Promise<PublishedSuite> => load({ 'evals/intents.yaml': text });

describe('a suite file', () => {
  it('says which prompt its tests ask: of the suite, of all tests, of one test, of a row', async () => {
    const assert = 'assert: [{ type: contains, value: ok }]';
    const promptsOf = async (text: string, csv = '') =>
      (await load({ 'evals/intents.yaml': text, 'evals/rows.csv': csv })).content.tests.map(
        ({ prompt }) => prompt,
      );
    const tests = `tests:\n  - { vars: { message: hi }, ${assert} }\n  - { vars: { message: hi }, ${assert}, prompt: other }\n`;
    expect(await promptsOf(tests)).toEqual([undefined, 'other']);
    expect(await promptsOf(`prompt: summarise\n${tests}`)).toEqual(['summarise', 'other']);
    expect(await promptsOf(`prompt: summarise\ndefaultTest: { prompt: third }\n${tests}`)).toEqual([
      'third',
      'other',
    ]);
    const csv = 'message,__expected,__prompt\nhi,contains: ok,other\nhi,contains: ok,\n';
    expect(await promptsOf('prompt: summarise\ntests: file://rows.csv\n', csv)).toEqual([
      'other',
      'summarise',
    ]);
    await expect(promptsOf(`prompt: Not a name\n${tests}`)).rejects.toThrow(
      /^evals\/intents.yaml:1:\d+: prompt/,
    );
  });

  it('is read with defaults merged and variables put in', async () => {
    const { name, digest, content } = await one(`
description: intents
defaultTest:
  vars: { language: en, tone: calm }
  assert: [{ type: latency, threshold: 5000 }]
  threshold: 0.5
tests:
  - vars: { message: "my card is lost", intent: lost_card, tone: warm }
    assert: [{ type: icontains, value: "{{ intent }}", weight: 3 }]
  - id: pin
    critical: true
    group: conversation-1
    threshold: 1
    vars: { message: "pin?" }
    assert: [{ type: not-contains-any, value: "1234, {{language}}" }]
`);
    expect(name).toBe('intents');
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(content.tests).toEqual([
      {
        id: 'case-1',
        critical: false,
        threshold: 0.5,
        vars: { message: 'my card is lost', intent: 'lost_card', language: 'en', tone: 'warm' },
        assert: [
          { type: 'latency', threshold: 5000, weight: 1 },
          { type: 'icontains', value: 'lost_card', weight: 3 },
        ],
      },
      {
        id: 'pin',
        critical: true,
        group: 'conversation-1',
        threshold: 1,
        vars: { message: 'pin?', language: 'en', tone: 'calm' },
        assert: [
          { type: 'latency', threshold: 5000, weight: 1 },
          { type: 'not-contains-any', value: ['1234', 'en'], weight: 1 },
        ],
      },
    ]);
  });

  it('takes metadata.critical as promptfoo users write it', async () => {
    const { content } = await one(
      'tests: [{vars: {message: hi}, metadata: {critical: true, owner: ada}, assert: [{type: is-json}]}]',
    );
    expect(content.tests[0]?.critical).toBe(true);
  });

  it('takes in tests, values and schemas from other files', async () => {
    const { content } = await load({
      'evals/intents.yaml': 'tests:\n  - file://more.yaml\n  - file://cases.csv\n  - file://lines.jsonl',
      'evals/more.yaml': '- { vars: {message: hi}, assert: [{type: is-json, value: file://schema.json}] }',
      'evals/schema.json': '{"type": "object"}',
      'evals/cases.csv':
        'message,intent,__expected1,__expected2,__critical\n"a, b",x,icontains:{{intent}},latency(200),true\nhi,y,plain: text,,\n',
      'evals/lines.jsonl': '{"vars": {"message": "hi"}, "assert": [{"type": "equals", "value": 5}]}\n',
    });
    expect(content.tests.map(({ id, critical, assert }) => ({ id, critical, assert }))).toEqual([
      { id: 'case-1', critical: false, assert: [{ type: 'is-json', value: { type: 'object' }, weight: 1 }] },
      {
        id: 'case-2',
        critical: true,
        assert: [
          { type: 'icontains', value: 'x', weight: 1 },
          { type: 'latency', threshold: 200, weight: 1 },
        ],
      },
      { id: 'case-3', critical: false, assert: [{ type: 'equals', value: 'plain: text', weight: 1 }] },
      { id: 'case-4', critical: false, assert: [{ type: 'equals', value: 5, weight: 1 }] },
    ]);
    expect(content.tests[1]?.vars).toEqual({ message: 'a, b', intent: 'x' });
  });

  it('reads an empty CSV cell as no variable of special meaning, and names the line of a bad one', async () => {
    const csv = { 'evals/cases.csv': 'message,__expected\nhi,x\nho,"factuality: is kind"\n' };
    await expect(load({ ...csv, 'evals/intents.yaml': 'tests: file://cases.csv' })).rejects.toThrow(
      /^evals\/cases\.csv:3: __expected "factuality: is kind" begins with "factuality", which is no assertion/,
    );
  });

  it('names file, line and remedy of everything that is not understood, at once', async () => {
    const error: unknown = await one(`defaultTest:
  assert:
    - { type: regex, value: "(" }
tests:
  - vars:
      message: hi
    assert:
      - type: contains
        value: "{{ missing }}"
  - vars: { message: hi }
    assert:
      - type: factuality
        value: x
  - vars: { list: [a, b] }
    assert: [{ type: javascript, value: "output ===" }]
  - provider: openai:gpt-5
    assert: [{ type: is-json }]
`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_file' });
    const lines = (error as Error).message.split('\n');
    expect(lines[0]).toMatch(/^evals\/intents\.yaml:9:\d+: assert\[1\]\.value: names \{\{missing\}\}/);
    expect(lines[1]).toMatch(/^evals\/intents\.yaml:12:\d+: assert\[1\]\.type: "factuality" is no assertion/);
    expect(lines[2]).toMatch(/^evals\/intents\.yaml:14:\d+: vars\.list: is a list/);
    expect(lines[3]).toMatch(
      /^evals\/intents\.yaml:16:\d+: "provider" is not understood: what is evaluated is the revision/,
    );
    expect((error as SluiceError).remedy).toMatch(/promptfoo/);
  });

  it.each([
    ['a regular expression', '{ type: regex, value: "(" }', /:1:\d+: "regex" cannot be understood/],
    ['code', '{ type: javascript, value: "output ===" }', /:1:\d+: "javascript" cannot be understood/],
    ['a schema', '{ type: is-json, value: {type: nonsense} }', /:1:\d+: "is-json" cannot be understood/],
    ['a template', '{ type: contains, value: "{{ a | upper }}" }', /template that is not plain/],
    ['a statement', '{ type: contains, value: "{% if a %}" }', /template that is not plain/],
    ['a script', '{ type: javascript, value: "file://check.js" }', /only \.json, \.yaml and \.txt/],
  ])('does not take %s that cannot be understood', async (_, assertion, message) => {
    await expect(one(`tests: [{vars: {message: hi}, assert: [${assertion}]}]`)).rejects.toThrow(message);
  });

  it.each([
    ['no tests', 'tests: []', /tests: has at least one test/],
    ['no key tests', 'description: x', /:1:\d+: tests are a list/],
    ['no assertions', 'tests: [{vars: {message: hi}}]', /assert: has at least one assertion that counts/],
    [
      'tests that share an id',
      'defaultTest: {vars: {message: hi}}\ntests: [{id: a, assert: [{type: is-json}]}, {id: a, assert: [{type: is-json}]}]',
      /ids/,
    ],
    ['prompts', 'prompts: [x]\ntests: []', /"prompts" is not understood: what is evaluated is the revision/],
    [
      'nothing that a user says',
      'tests: [{vars: {question: hi}, assert: [{type: is-json}]}]',
      /vars: has the user’s words/,
    ],
    ['broken YAML', 'tests:\n  - [', /^evals\/intents\.yaml:\d+:\d+: /],
  ])('with %s is an error', async (_, text, message) => {
    await expect(one(text)).rejects.toThrow(message);
  });

  const hi = 'vars: {message: hi}';

  describe('of a critical case', () => {
    it.each([
      [
        'no assertion of its own',
        `${hi}, critical: true`,
        /:2:\d+: assert: this critical case has no assertion of its own/,
      ],
      [
        'one of weight 0',
        `${hi}, metadata: {critical: true}, assert: [{type: is-json, weight: 0}]`,
        /:2:\d+: assert: .* give it one with a weight above 0/,
      ],
      [
        'a threshold that defaultTest reaches alone',
        `${hi}, critical: true, threshold: 0.5, assert: [{type: is-json}]`,
        /:2:\d+: threshold: 0\.5 is reached by defaultTest alone/,
      ],
      [
        'a threshold of 0',
        `${hi}, critical: true, threshold: 0, assert: [{type: is-json}]`,
        /:2:\d+: threshold: is above 0/,
      ],
      [
        'two minds',
        `${hi}, critical: false, metadata: {critical: true}`,
        /:2:\d+: critical: says one thing here/,
      ],
      [
        'a slip',
        `${hi}, metadata: {Critical: true}`,
        /:2:\d+: metadata\.Critical: "Critical" is not understood/,
      ],
      ['a word', `${hi}, critical: "yes"`, /:2:\d+: critical: /],
    ])('does not take %s', async (_, test, message) => {
      const text = `defaultTest: {assert: [{type: not-contains, value: x}]}\ntests: [{${test}}]`;
      await expect(one(text)).rejects.toThrow(message);
    });

    it('takes a threshold that its own assertions are needed for', async () => {
      const test = `${hi}, critical: true, threshold: 0.6, assert: [{type: is-json}]`;
      const text = `defaultTest: {assert: [{type: not-contains, value: x}]}\ntests: [{${test}}]`;
      expect((await one(text)).content.tests[0]).toMatchObject({ critical: true, threshold: 0.6 });
    });
  });

  it.each([
    ['suite', `testz: []\ntests: []`, /"testz" is not understood/],
    ['test', `tests: [{${hi}, asserts: []}]`, /"asserts" is not understood/],
    ['assertion', `tests: [{${hi}, assert: [{type: is-json, wieght: 2}]}]`, /"wieght" is not understood/],
    ['options', `tests: [{${hi}, options: {disableVarExpansoin: true}}]`, /"disableVarExpansoin" is not/],
    ['schema', `tests: [{${hi}, assert: [{type: is-json, value: {requried: [a]}}]}]`, /requried/],
    ['metric', `tests: [{${hi}, assert: [{type: is-json, metric: "{{x}}"}]}]`, /metric: is a template/],
    ['value', `tests: [{${hi}, assert: [{type: not-equals, value: }]}]`, /value: is empty/],
    [
      'file',
      `tests: [{${hi}, assert: [{type: equals, value: file://no.txt}]}]`,
      /:1:\d+: .*no\.txt is not there/,
    ],
    [
      'date',
      `tests: [{vars: {message: hi, on: 2026-01-01}}]`,
      /:1:\d+: 2026-01-01 is a date to some readers of YAML/,
    ],
    [
      'tag',
      `tests: [{vars: {message: !!binary aGk=}}]`,
      /:1:\d+: tag:yaml\.org,2002:binary is not understood/,
    ],
  ])('does not ignore a slip of the pen in a %s', async (_, text, message) => {
    await expect(one(text)).rejects.toThrow(message);
  });

  it.each([
    ['cases.csv', 'message,__expected\n'],
    ['cases.csv', ''],
    ['cases.yaml', ''],
    ['cases.yaml', '# none yet\n'],
    ['cases.json', '[]'],
    ['cases.jsonl', '\n'],
  ])('is an error where %s has no tests in it: %j', async (name, text) => {
    const suite = `tests:\n  - {${hi}, assert: [{type: is-json}]}\n  - file://${name}\n`;
    await expect(load({ 'evals/intents.yaml': suite, [`evals/${name}`]: text })).rejects.toThrow(
      `evals/intents.yaml:3:5: evals/${name} adds no tests`,
    );
  });

  it('takes in a text without the line ends around it, and fills nothing in it', async () => {
    const files = { 'evals/secret.txt': '\n the {{message}}\n\n', 'evals/list.txt': 'a, "b, c"\n' };
    const assertions =
      '[{type: not-contains, value: file://secret.txt}, {type: contains-any, value: file://list.txt}]';
    const { content } = await load({
      ...files,
      'evals/intents.yaml': `tests: [{${hi}, assert: ${assertions}}]`,
    });
    expect(content.tests[0]?.assert.map(({ value }) => value)).toEqual(['the {{message}}', ['a', 'b, c']]);
  });

  it('refuses a text of which promptfoo makes two things, in tests of a file of their own', async () => {
    const test = (name: string) => `- {${hi}, assert: [{type: not-contains, value: file://${name}}]}`;
    const other = (name: string, text: string) =>
      load({
        'evals/intents.yaml': 'tests: file://more.yaml',
        'evals/more.yaml': test(name),
        [`evals/${name}`]: text,
      });
    await expect(other('a.txt', 'secret\n')).rejects.toThrow(
      /more\.yaml:1:\d+: .*keeps the spaces and line ends/,
    );
    await expect(other('a.json', '"{{message}}"')).rejects.toThrow(/fills its templates/);
    expect((await other('a.txt', 'secret')).content.tests[0]?.assert[0]?.value).toBe('secret');
  });

  it('sends hostile values as they are, and refuses what promptfoo would have put in', async () => {
    const { content } = await one(
      `tests: [{vars: {message: '{{role "system"}} {{history}}'}, assert: [{type: is-json}]}]`,
    );
    expect(content.tests[0]?.vars).toEqual({ message: '{{role "system"}} {{history}}' });
    const nested = `tests: [{vars: {a: x, message: 'see {{a}}'}, assert: [{type: is-json}]}]`;
    await expect(one(nested)).rejects.toThrow(/vars\.message: refers to \{\{a\}\}/);
  });
});
