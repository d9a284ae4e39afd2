import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '../../test-fixtures/sluice.ts';
import { makePrivate } from './private-home.ts';
import { startProcess } from '../servers/child-process.ts';

const folder = useFolder();
const modeOf = (...path: string[]): string => (statSync(join(folder.path, ...path)).mode & 0o777).toString(8);

it('tightens what was left for all to read, and follows no link', () => {
  for (const file of [
    'home/secrets.json',
    'home/logs/api.log',
    'home/gateways/gateway-1/stable.json',
    'own/file',
  ])
    folder.write(file, '{}');
  for (const path of ['home', 'home/logs', 'home/gateways', 'own']) chmodSync(join(folder.path, path), 0o755);
  mkdirSync(join(folder.path, 'home/postgres'), { mode: 0o750 });
  symlinkSync(join(folder.path, 'own'), join(folder.path, 'home/link'));
  makePrivate(join(folder.path, 'home'));
  expect(
    ['home', 'home/logs', 'home/gateways', 'home/gateways/gateway-1'].map((path) => modeOf(path)),
  ).toEqual(Array(4).fill('700'));
  for (const file of ['home/secrets.json', 'home/logs/api.log', 'home/gateways/gateway-1/stable.json'])
    expect(modeOf(file)).toBe('600');
  expect([modeOf('own'), modeOf('own/file'), modeOf('home/postgres')]).toEqual(['755', '644', '750']);
});

it('has programs leave nothing for others to read, whatever they write', async () => {
  const child = await startProcess({
    name: 'writer',
    run: { kind: 'program', command: '/bin/sh', args: ['-c', 'mkdir made && echo x > made/file'] },
    logFile: join(folder.path, 'logs', 'writer.log'),
    cwd: folder.path,
  });
  await child.exited;
  expect(readdirSync(join(folder.path, 'made'))).toEqual(['file']);
  expect([modeOf('logs'), modeOf('logs/writer.log'), modeOf('made'), modeOf('made/file')]).toEqual([
    '700',
    '600',
    '700',
    '600',
  ]);
});
