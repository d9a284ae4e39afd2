import { createTestDatabase, type TestDatabase } from './database.ts';

let databases: TestDatabase[] = [];

afterEach(async () => {
  for (const database of databases) await database.drop();
  databases = [];
});

it('gives every caller a migrated database of its own, also at the same time', async () => {
  databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  expect(new Set(databases.map(({ url }) => url)).size).toBe(3);
  const [first, second] = databases;
  await first!.pool.query('CREATE TABLE only_here (id int)');
  await expect(second!.pool.query('SELECT * FROM only_here')).rejects.toThrow(/does not exist/);
  const { rows } = await second!.pool.query(`SELECT to_regclass('release') IS NOT NULL AS migrated`);
  expect(rows).toEqual([{ migrated: true }]);
});
