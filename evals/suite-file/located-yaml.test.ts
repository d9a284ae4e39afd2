import { parseLocatedJson, parseLocatedYaml } from './located-yaml.ts';

it('refuses aliases of aliases that stand for more than a machine holds', () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
  const lines = letters.map((name, i) => {
    const of = i === 0 ? '1' : `*${letters[i - 1] ?? ''}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]`;
  });
  expect(() => parseLocatedYaml(lines.join('\n'), 'sluice.yaml')).toThrow(
    expect.objectContaining({
      code: 'invalid_file',
      message: expect.stringContaining('sluice.yaml:1:1: its aliases') as string,
    }) as Error,
  );
});

it('takes aliases as people write them', () => {
  const text = 'base: &base { hold: 5m }\nplans:\n  one: { <<: *base, weight: 5 }\n  two: *base\n';
  expect(parseLocatedYaml(text, 'sluice.yaml').value).toMatchObject({
    plans: { one: { hold: '5m', weight: 5 }, two: { hold: '5m' } },
  });
});

it('refuses a name that programs would drop without a word, with its line', () => {
  const refused = expect.objectContaining({
    code: 'invalid_file',
    message: expect.stringMatching(/^sluice.yaml:3:\d+: nothing can be called __proto__$/) as string,
  }) as Error;
  expect(() => parseLocatedYaml('plans:\n  one: {}\n  __proto__: {}\n', 'sluice.yaml')).toThrow(refused);
  expect(() => parseLocatedJson('{\n"a": [\n{"\\u005f_proto__": 1}]}', 'sluice.yaml')).toThrow(refused);
});

it('refuses a key that is there twice, with its line, however many there are', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: ${i}`);
  expect(parseLocatedYaml(keys.join('\n'), 'cases.yaml').placeOf(['k19999'])).toBe('20000:9');
  expect(() => parseLocatedYaml([...keys, 'k7: 1'].join('\n'), 'cases.yaml')).toThrow(
    'cases.yaml:20001:1: Map keys must be unique',
  );
  expect(() => parseLocatedYaml('a:\n  - { b: 1, "b": 2 }\n', 'cases.yaml')).toThrow(
    'cases.yaml:2:13: Map keys must be unique',
  );
});

it('knows the places of JSON, which it reads as JSON', () => {
  const { value, placeOf, placeOfKey } = parseLocatedJson('{\n"tests": [\n{"a": 1,\n"b": 2}]}', 'cases.json');
  expect(value).toEqual({ tests: [{ a: 1, b: 2 }] });
  expect([[], ['tests', 0, 'b'], ['tests', 0, 'c'], ['none']].map((path) => placeOf(path))).toEqual([
    '1:1',
    '4:6',
    '3:1',
    '1:1',
  ]);
  expect([placeOfKey(['tests', 0, 'b']), placeOfKey(['none'])]).toEqual(['4:1', '1:1']);
  expect(() => parseLocatedJson(`[${'0,'.repeat(300_000)}0]`, 'cases.json')).toThrow(
    'cases.json has more than 250000 values.',
  );
});
