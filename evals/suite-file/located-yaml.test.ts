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
