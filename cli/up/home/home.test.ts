import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '../../test-fixtures/sluice.ts';
import { homeDirectory, lastPostgresPort, writeConnections } from './home.ts';

const folder = useFolder();

it('knows where PostgreSQL was when the stack ran last', () => {
  expect(lastPostgresPort(folder.path)).toBeUndefined();
  writeConnections(folder.path, {
    apiUrl: 'http://127.0.0.1:7400',
    databaseUrl: 'postgres://postgres:x@127.0.0.1:29243/postgres',
    temporalAddress: '127.0.0.1:7233',
    productionGateways: [],
    stagingGateway: 'http://127.0.0.1:7421',
  });
  expect(lastPostgresPort(folder.path)).toBe(29_243);
  writeFileSync(join(folder.path, 'connections.json'), '{');
  expect(lastPostgresPort(folder.path)).toBeUndefined();
});

it.each([
  [{}, '/project/.sluice'],
  [{ SLUICE_HOME: '' }, '/project/.sluice'],
  [{ SLUICE_HOME: 'data' }, '/project/data'],
  [{ SLUICE_HOME: '/data' }, '/data'],
])('keeps a stack of %j in %s', (environment, expected) => {
  expect(homeDirectory(environment, '/project')).toBe(expected);
});
