import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const inFolder = (argv: string[], cwd = folder.path) => sluice(argv, { cwd });

it.each(['openai', 'anthropic'])('writes an app of %s that validates without a warning', async (provider) => {
  expect(await inFolder(['init', 'my-app', '--provider', provider])).toMatchObject({ code: 0 });
  const validated = await inFolder(['validate', '--json'], join(folder.path, 'my-app'));
  expect(validated).toMatchObject({ code: 0 });
  expect(JSON.parse(validated.stdout)).toMatchObject({
    app: 'my-app',
    label: 'my-app-v1',
    suites: ['smoke'],
    warnings: [],
  });
});

it('writes the schema that editors complete sluice.yaml by', async () => {
  await inFolder(['init', 'my-app']);
  const spec = readFileSync(join(folder.path, 'my-app/sluice.yaml'), 'utf8');
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(spec) ?? [];
  expect(JSON.parse(readFileSync(join(folder.path, 'my-app', schema), 'utf8'))).toHaveProperty(
    'properties.app',
  );
});

it('never writes over a file, and then writes nothing', async () => {
  folder.write('evals/smoke.yaml', 'mine');
  const ran = await inFolder(['init', '--name', 'my-app']);
  expect(ran).toMatchObject({ code: 17, stderr: expect.stringContaining('nothing was written') as unknown });
  expect(() => readFileSync(join(folder.path, 'sluice.yaml'))).toThrow('ENOENT');
  expect(readFileSync(join(folder.path, 'evals/smoke.yaml'), 'utf8')).toBe('mine');
});

it('asks for a name where the folder cannot give one', async () => {
  const ran = await inFolder(['init', 'My App']);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('--name') as unknown });
});

it('warns of a suite that is too small for its gate', async () => {
  await inFolder(['init', 'my-app']);
  const file = join(folder.path, 'my-app/sluice.yaml');
  const spec = readFileSync(file, 'utf8');
  writeFileSync(file, spec.replace('minPassRate: 0.5', 'minPassRate: 0.9'));
  const ran = await inFolder(['validate'], join(folder.path, 'my-app'));
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('asks for a pass rate of 90 %, which 24 cases cannot show');
  expect(ran.stderr).toContain('Have 48 or more, or lower minPassRate.');
  writeFileSync(file, spec.replace('margin: 0.2', 'margin: 0.1'));
  const narrow = await inFolder(['validate'], join(folder.path, 'my-app'));
  expect(narrow.stderr).toContain('asks for no more than 10 points below stable, which 24 cases cannot show');
  expect(narrow.stderr).toContain('Have 48 or more, or raise the margin.');
  writeFileSync(file, spec.replace('minPassRate: 0.5', 'minPassRate: 1'));
  const never = await inFolder(['validate'], join(folder.path, 'my-app'));
  expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('no number of cases') as unknown });
});

it('asks for the traffic, and writes the mirror and the steps that suit it', async () => {
  const asked: string[] = [];
  const askFor = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(' 300 ');
  };
  await sluice(['init', 'small'], { cwd: folder.path, askFor });
  expect(asked).toEqual([expect.stringContaining('requests a day')]);
  const spec = readFileSync(join(folder.path, 'small/sluice.yaml'), 'utf8');
  expect(spec).toContain('holdback: 50');
  expect((await inFolder(['validate'], join(folder.path, 'small'))).code).toBe(0);
  await inFolder(['init', 'large', '--requests-per-day', '1000000']);
  expect(readFileSync(join(folder.path, 'large/sluice.yaml'), 'utf8')).toContain('weight: 5, hold: 10m');
  expect((await inFolder(['validate'], join(folder.path, 'large'))).code).toBe(0);
});
