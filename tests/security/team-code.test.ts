import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxAnswer } from '../../sandbox/question.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { exhaustions, waysOut, type Surroundings } from './team-code-attacks.ts';

// What a team has written (code of assertions, regular expressions, schemas) reaches no secret, file, network and no
// other's verdict, and what it takes has an end (invariant 30).

const canary = 'canary-4f1c9b77';
const folder = mkdtempSync(join(tmpdir(), 'sluice-team-code-'));
const sandbox = createSandbox({ timeoutMs: 200, stopsAtMost: 1_000 });
/** Of another app, whose evaluation goes on beside. */
const other = createSandbox();
let server: Server;
let surroundings: Surroundings;
let connections = 0;

beforeAll(async () => {
  process.env['SLUICE_TEST_CANARY'] = canary;
  const file = join(folder, 'secret.txt');
  writeFileSync(file, canary);
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  surroundings = { file, folder, port, variable: 'SLUICE_TEST_CANARY' };
});
afterAll(async () => {
  delete process.env['SLUICE_TEST_CANARY'];
  sandbox.close();
  other.close();
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

const run = (body: string): Promise<SandboxAnswer> =>
  sandbox.run({ kind: 'javascript', body, output: 'an answer', vars: { intent: 'lost_card' } });

it('knows at least 25 ways out', () => {
  expect(Object.keys(waysOut).length).toBeGreaterThanOrEqual(25);
});

it.each(Object.entries(waysOut))('is not left by %s', async (_, bodyOf) => {
  const answer = await run(bodyOf(surroundings));
  expect(JSON.stringify(answer)).not.toContain(canary);
  // An attempt gives OUT and what it has got hold of, where it has got hold of anything.
  expect(JSON.stringify(answer)).not.toContain('OUT');
  expect([connections, readdirSync(folder)]).toEqual([0, ['secret.txt']]);
  // And whoever comes next finds everything as it was.
  expect(await run('return output === "an answer" && context.vars.intent === "lost_card"')).toEqual({
    kind: 'value',
    json: 'true',
  });
});

it('leaves nothing behind for the next assertion', async () => {
  await run(`
    Object.prototype.pass = true; Array.prototype.includes = () => true; String.prototype.includes = () => true;
    JSON.stringify = () => '{"pass":true}'; JSON.parse = () => ({ intent: 'other' }); Promise.resolve = () => 1;
    globalThis.left = 'behind'; RegExp.prototype.test = () => true; Math.random = () => 4;
    return true`);
  const found = await run(
    'return [typeof left, ({}).pass, [1].includes(2), "a".includes("b"), JSON.stringify({}), /a/.test("b")]',
  );
  expect(found).toEqual({ kind: 'value', json: '["undefined",null,false,false,"{}",false]' });
});

it.each(Object.entries(exhaustions))('contains %s, and goes on', async (_, question) => {
  const [answer, untouched] = await Promise.all([
    sandbox.run(question),
    other.run({ kind: 'regex', pattern: '^a+$', text: 'aaa' }),
  ]);
  expect(['threw', 'stopped']).toContain(answer.kind);
  expect(JSON.stringify(answer).length).toBeLessThan(700);
  expect(untouched).toEqual({ kind: 'value', json: 'true' });
  expect(await run('return 1 + 1')).toEqual({ kind: 'value', json: '2' });
});

it('tries no more once too much of an evaluation had to be stopped, so that all of it has an end', async () => {
  const impatient = createSandbox({ timeoutMs: 50, stopsAtMost: 2 });
  const endless = { kind: 'regex', pattern: '^(a+)+$', text: `${'a'.repeat(60)}!` } as const;
  await Promise.all([impatient.run(endless), impatient.run(endless)]);
  expect(await impatient.run(endless)).toEqual({
    kind: 'stopped',
    why: '2 others of its evaluation had to be stopped before, and no more is tried',
  });
  impatient.close();
});
