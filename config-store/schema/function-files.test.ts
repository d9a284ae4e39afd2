import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { functionFile, inOrder, readFunctionFiles } from './function-files.ts';

const calling = (name: string, ...called: string[]) =>
  functionFile(
    name,
    `create or replace function ${name}() returns void language sql as $$ ${called
      .map((each) => `select ${each}();`)
      .join(' ')} $$;`,
  );
const names = (files: readonly { name: string }[]) => files.map(({ name }) => name);

it('applies what is called before what calls it, however the files are named', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 2, maxLength: 8 }),
      fc.infiniteStream(fc.boolean()),
      (order, does) => {
        const files = order.map((name, i) =>
          calling(name, ...order.slice(0, i).filter(() => does.next().value === true)),
        );
        const ordered = inOrder(files.toReversed());
        expect(names(ordered).sort()).toEqual([...order].sort());
        files.forEach((file, i) => {
          for (const called of order.slice(0, i).filter((name) => file.sql.includes(`select ${name}()`)))
            expect(names(ordered).indexOf(called)).toBeLessThan(names(ordered).indexOf(file.name));
        });
      },
    ),
  );
});

it('a function may call itself; two each other may not', () => {
  expect(names(inOrder([calling('a', 'a')]))).toEqual(['a']);
  expect(() => inOrder([calling('a', 'b'), calling('b', 'c'), calling('c', 'a')])).toThrow(
    'in a circle: a, b, c, a',
  );
});

it('a name in a comment is no call', () => {
  const talks = functionFile('a', `-- See b().\n${calling('a').sql}`);
  expect(names(inOrder([talks, calling('b', 'a')]))).toEqual(['a', 'b']);
});

it.each([
  ['another', 'a', calling('b').sql],
  ['two', 'a', `${calling('a').sql}\n${calling('b').sql}`],
  ['none', 'a', 'select 1;'],
  ['one that can be applied once only', 'a', `${calling('a').sql}\ncreate function a(int) returns int as ''`],
])('a file that makes %s is refused', (_what, name, sql) => {
  expect(() => functionFile(name, sql)).toThrow('create or replace function a(');
});

it('lines that end as on Windows are the same text', () => {
  const { sql, digest } = calling('a', 'b');
  expect(functionFile('a', sql.replaceAll('\n', '\r\n')).digest).toBe(digest);
});

const folder = join(import.meta.dirname, '../migrations');
/** The last migration with bodies of functions in it; they are what ran on users' databases. */
const lastWithFunctions = 38;

/** What migrations do since: everything but their comments, and the way back. */
async function laterMigrations(): Promise<{ name: string; sql: string }[]> {
  const names = (await readdir(folder)).filter((name) => Number.parseInt(name, 10) > lastWithFunctions);
  return Promise.all(
    names.map(async (name) => {
      const [up = ''] = (await readFile(join(folder, name), 'utf8')).split('-- Down Migration');
      return { name, sql: up.replaceAll(/--[^\n]*/g, '') };
    }),
  );
}

const made = /create (?:or replace )?function (\w+)\([\s\S]*?\$\$[\s\S]*?\$\$;/g;

it('a migration makes no function but for a trigger that it adds, with the text of its file', async () => {
  const files = new Map((await readFunctionFiles()).map((file) => [file.name, file.sql]));
  for (const { name: migration, sql } of await laterMigrations()) {
    for (const [text, name = ''] of sql.matchAll(made)) {
      expect([migration, text]).toEqual([migration, expect.stringContaining('returns trigger')]);
      expect([migration, files.has(name)]).toEqual([migration, true]);
    }
  }
});

it('a migration calls no function: on a new database the files are applied after all migrations', async () => {
  const names = new Set((await readFunctionFiles()).map((file) => file.name));
  // What it does is settled, and its text in 0025 does as its file.
  names.delete('hold_state');
  for (const { name: migration, sql } of await laterMigrations()) {
    const rest = sql.replaceAll(made, '').replaceAll(/(?:execute|drop) function (?:if exists )?\w+/g, '');
    const called = [...rest.matchAll(/\b(\w+)\s*\(/g)].flatMap(([, word = '']) =>
      names.has(word) ? word : [],
    );
    expect([migration, called]).toEqual([migration, []]);
  }
});
