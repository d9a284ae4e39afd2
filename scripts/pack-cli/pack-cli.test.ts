import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Another repository's folder, with the packed command installed in it. */
let folder = '';
let tarball = '';
let provider: Server;

/** Without npm's own settings, which it hands to the programs that it starts, this test's run among them. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|SLUICE_)/i.test(name))),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
};

function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const options = { cwd: folder, env: { ...environment, ...more } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

const sluice = (args: readonly string[], more?: NodeJS.ProcessEnv) =>
  run(join(folder, 'node_modules', '.bin', 'sluice'), args, more);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-packed-'));
  const packed = await run(process.execPath, [
    join(import.meta.dirname, '..', 'pack-cli.ts'),
    join(folder, 'packed'),
  ]);
  tarball = packed.stdout.trim();
  writeFileSync(join(folder, 'package.json'), '{ "name": "another-repository", "private": true }');
  const installed = await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball]);
  expect([packed.stderr, installed.code, installed.stderr]).toEqual(['', 0, '']);
  provider = createServer((request, response) => {
    request.resume();
    const message = { role: 'assistant', content: 'billing' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const answer = { id: 'c1', object: 'chat.completion', created: 0, model: 'gpt-5-mini', choices };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  provider.closeAllConnections();
  await new Promise((done) => provider.close(done));
  rmSync(folder, { recursive: true, force: true });
});

it('is small, and knows its version', async () => {
  expect(statSync(tarball).size).toBeLessThan(1_500_000);
  expect(await sluice(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
});

it('makes, checks and evaluates an app in an empty folder, team code included', async () => {
  expect(await sluice(['init', '--name', 'my-app'])).toMatchObject({ code: 0 });
  expect(await sluice(['validate'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is valid') as string,
  });
  const { port } = provider.address() as AddressInfo; // a TCP server's address is one
  const bound = `{ kind: openai, baseUrl: "http://127.0.0.1:${port}/v1" }`;
  writeFileSync(
    join(folder, 'sluice.environments.yaml'),
    `environments: { staging: { providers: { openai: ${bound} } } }\n`,
  );
  mkdirSync(join(folder, 'evals'), { recursive: true });
  const tests = Array.from({ length: 10 }, (_, i) => `  - { vars: { message: "Charged twice, ${i}" } }`);
  writeFileSync(
    join(folder, 'evals', 'smoke.yaml'),
    `defaultTest: { assert: [{ type: javascript, value: "output.startsWith('bill')" }] }\ntests:\n${tests.join('\n')}\n`,
  );
  const ran = await sluice(['eval', '--json']);
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('outcome=passed') as string });
  expect(JSON.parse(ran.stdout)).toMatchObject({ report: { decision: { outcome: 'pass' } } });
});

it('says what the rest needs that is not in it', async () => {
  const up = await sluice(['up']);
  expect(up).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('this is the command alone') as string,
  });
  const migrate = await sluice(['migrate'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
  expect(migrate).toMatchObject({ code: 2, stderr: expect.stringContaining('clone of Sluice') as string });
  expect(await sluice(['active', 'my-app'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('SLUICE_API_URL') as string,
  });
  // It has all that a rollback past the API needs, but a database.
  const direct = await sluice(['rollback', 'my-app', '--direct'], {
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
  });
  expect(direct).toMatchObject({ code: 5, stderr: expect.stringContaining('outcome=unreachable') as string });
});
