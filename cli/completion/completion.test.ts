import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { json, releaseOf, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();

async function complete(words: readonly string[], apiUrl = api.url): Promise<string[]> {
  const [current = '', ...before] = [...words].reverse();
  const argv = ['__complete', `=${current}`, ...before.reverse()];
  const ran = await sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: apiUrl } });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.stdout.trimEnd().split('\n');
}

const valuesOf = (lines: readonly string[]) => lines.map((line) => line.split('\t')[0]);

describe('what is known without the API', () => {
  it.each([
    [['rel'], ['release']],
    [
      ['release', 'p'],
      ['pause', 'promote'],
    ],
    [['audit', 'e'], ['export']],
    [
      ['release', 'start', '--skip'],
      ['--skip-evaluation', '--skip-mirror'],
    ],
    [
      ['release', 'start', '--if-busy', ''],
      ['fail', 'queue', 'supersede'],
    ],
    [['release', 'start', '--if-busy', '=', 'q'], ['queue']],
    [
      ['--json', 'trust', 'add', 'g'],
      ['github', 'gitlab'],
    ],
    [['validate', '--file', 'slu'], [':files']],
    [['release', 'start', '--reason', 'x'], ['']],
  ])('%j: %j', async (words, values) => {
    expect(valuesOf(await complete(words))).toEqual(values);
    expect(api.received).toEqual([]);
  });

  it('comes with what it means', async () => {
    expect(await complete(['release', 'pau'])).toEqual([
      'pause\thold the weight where it is; guardrails and lease go on',
    ]);
  });
});

describe('what the API knows', () => {
  const items = [
    releaseOf({ id: 'rel_b', app: 'bank', label: 'bank-v3', state: 'paused' }),
    releaseOf({ id: 'rel_a', app: 'bank', label: 'bank-v2' }),
  ];

  it('are apps and releases, of which only open ones can be changed', async () => {
    api.answers.set('GET /v1/releases?limit=50&state=open', json(200, { items: items.slice(0, 1) }));
    expect(await complete(['release', 'abort', ''])).toEqual([
      'bank\tbank-v3 of bank, paused',
      'rel_b\tbank-v3 of bank, paused',
    ]);
    api.answers.set('GET /v1/releases?limit=50', json(200, { items }));
    expect(valuesOf(await complete(['explain', 'rel_']))).toEqual(['rel_b', 'rel_a']);
    const stable = { label: 'bank-v1' };
    const apps = [{ name: 'bank', active: [{ environment: 'production', stable }] }];
    api.answers.set('GET /v1/apps', json(200, { items: apps }));
    expect(await complete(['rollback', 'b'])).toEqual(['bank\tserves bank-v1']);
    expect(await complete(['active', '-e', ''])).toEqual(['production']);
    api.answers.set('GET /v1/apps/bank/revisions?limit=50', json(200, { items: [{ label: 'bank-v1' }] }));
    expect(await complete(['rollback', 'bank', '--to', ''])).toEqual(['bank-v1']);
  });

  it('is left out where it is away, refuses, or does not answer in time', async () => {
    expect(await complete(['rollback', ''], 'http://127.0.0.1:1')).toEqual(['']);
    expect(await complete(['rollback', ''], 'no url')).toEqual(['']);
    api.answers.set('GET /v1/apps', () => undefined);
    expect(await complete(['rollback', ''])).toEqual(['']);
  });
});

it('completes in a real bash', async () => {
  const launcher = resolve(import.meta.dirname, '../main.ts');
  folder.write('sluice', `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  folder.write('cases.yaml', '');
  chmodSync(join(folder.path, 'sluice'), 0o755);
  const { stdout: script } = await sluice(['completion', 'bash'], { cwd: folder.path });
  folder.write('completion.bash', script);
  const completes = async (...words: string[]): Promise<string> => {
    const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}`;
    const code = `. ./completion.bash; ${line}; _sluice; printf '%s,' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', code], {
      cwd: folder.path,
      env: { PATH: `${folder.path}:${process.env['PATH'] ?? ''}` },
    });
    return stdout;
  };
  expect(await completes('sluice', 'release', 'pro')).toBe('promote,');
  expect(await completes('sluice', 'release', 'start', '--if-busy', '')).toBe('fail,queue,supersede,');
  expect(await completes('sluice', 'validate', '--file', 'cas')).toBe('cases.yaml,');
});
