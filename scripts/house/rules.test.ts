import { crowdedFolders, fieldsNobodyWrites, namesTwice } from './rules.ts';
import { isProduction, parse } from './source-file.ts';

it('finds folders that hold more than twenty files of their own', () => {
  const inFolder = (folder: string, count: number) =>
    Array.from({ length: count }, (_, i) => parse(`${folder}/file-${i}.ts`, ''));
  expect(crowdedFolders([...inFolder('gateway', 20), ...inFolder('gateway/config', 20)])).toEqual([]);
  expect(crowdedFolders([...inFolder('gateway', 20), ...inFolder('gateway/config', 21)])).toEqual([
    expect.stringContaining('gateway/config/ holds 21 files'),
  ]);
});

it('finds a type that two files export by one name, whatever kind of type it is', () => {
  const kinds = ['interface Lease {}', 'type Lease = string;', 'class Lease {}', 'enum Lease {}'];
  for (const one of kinds) {
    for (const other of kinds) {
      const files = [parse('a/x.ts', `export ${one}`), parse('b/y.ts', `export ${other}`)];
      expect(namesTwice(files)).toEqual([expect.stringContaining('Lease is exported by a/x.ts and b/y.ts')]);
    }
    expect(namesTwice([parse('a/x.ts', `export ${one}`), parse('b/y.ts', one)])).toEqual([]);
  }
});

it.each([
  ['state.count = 1;'],
  ['state.count += 1;'],
  ['state.count ??= 1;'],
  ['state.count++;'],
  ['--state.count;'],
  ['delete state.count;'],
  ["state['count'] = 1;"],
  ['[state.count] = [1];'],
  ['({ a: state.count } = other);'],
])('lets a field be changeable that somebody writes: %s', (statement) => {
  const type = 'interface State { readonly name: string; count: number }';
  expect(fieldsNobodyWrites([parse('a.ts', type), parse('b.ts', statement)])).toEqual([]);
});

it.each([
  ['const copy = { ...state, count: 1 };'],
  ['if (state.count === 1) run();'],
  ['state.count.push(1);'],
  ['count = 1;'],
])('finds a changeable field that nobody writes: %s', (statement) => {
  const type = '\ninterface State { readonly name: string; count: number }';
  expect(fieldsNobodyWrites([parse('a.ts', type), parse('b.ts', statement)])).toEqual([
    expect.stringContaining('a.ts:2 says that count may be written'),
  ]);
});

it.each([
  ['gateway/main.ts', true],
  ['scripts/check.ts', true],
  ['gateway/main.test.ts', false],
  ['gateway/clock.fixture.ts', false],
  ['workers/test-fixtures/stack.ts', false],
  ['tests/support/wait-for.ts', false],
  ['bench/gateway/run.ts', false],
])('knows what is production code: %s, %s', (path, is) => {
  expect(isProduction(path)).toBe(is);
});
