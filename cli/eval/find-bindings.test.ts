import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '../test-fixtures/sluice.ts';
import { writeConnections } from '../up/home/home.ts';
import { findBindings } from './find-bindings.ts';

const folder = useFolder();

/** Finds the bindings of a folder beside a home, in which a stack runs on `running`. */
function find(running?: string, simulates?: string): { path: string | undefined; said: string } {
  for (const name of ['work', 'home']) mkdirSync(join(folder.path, name), { recursive: true });
  const at = (name: string) => join(folder.path, name);
  writeConnections(at('home'), {
    apiUrl: 'http://127.0.0.1:1',
    databaseUrl: 'postgres://127.0.0.1:2/postgres',
    temporalAddress: '127.0.0.1:3',
    productionGateways: [],
    stagingGateway: 'http://127.0.0.1:4',
    ...(running === undefined ? {} : { environmentsFile: at(running) }),
    ...(simulates === undefined ? {} : { simulates: at(simulates) }),
  });
  const { path, said } = findBindings(at('work'), at('home'));
  return { path: path?.slice(folder.path.length + 1), said };
}

it('uses a person’s own before those of a stack that runs on simulated models', () => {
  folder.write('work/sluice.environments.yaml', '');
  folder.write('home/simulated.environments.yaml', '');
  expect(find('home/simulated.environments.yaml').path).toBe('work/sluice.environments.yaml');
});

it('uses the simulated ones where the stack simulates a person’s own', () => {
  folder.write('work/sluice.environments.yaml', '');
  folder.write('home/simulated.environments.yaml', '');
  const running = 'home/simulated.environments.yaml';
  expect(find(running, 'work/sluice.environments.yaml').path).toBe(running);
  expect(find(running, 'elsewhere/sluice.environments.yaml').path).toBe('work/sluice.environments.yaml');
});

it('uses those that the stack runs on, and says so', () => {
  folder.write('home/sluice.environments.yaml', '');
  folder.write('home/simulated.environments.yaml', '');
  const { path, said } = find('home/simulated.environments.yaml');
  expect(path).toBe('home/simulated.environments.yaml');
  expect(said).toMatch(/home\/simulated\.environments\.yaml, which the stack of .*home runs on$/);
});

it('uses those of the home where no stack runs, else the vendors’ own', () => {
  expect(find()).toMatchObject({
    path: undefined,
    said: expect.stringContaining('vendors') as string,
  });
  folder.write('home/sluice.environments.yaml', '');
  expect(find().path).toBe('home/sluice.environments.yaml');
});
