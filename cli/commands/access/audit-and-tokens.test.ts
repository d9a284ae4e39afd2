import { roles } from '../../../domain/access/roles.ts';
import { json, problem, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) => sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url } });

describe('sluice audit --verify', () => {
  const verify = 'GET /v1/audit/verify';
  const found = { id: 9, position: 7, at: '2026-01-01T00:00:00.000000Z', actor: 'user:eve', action: 'x.y' };
  const findings = [{ kind: 'changed', position: 7, what: 'Entry 7 was changed.' }];
  const broken = { ok: false, verified: 6, sealed: 0, pending: 0, head: 'abc', brokenAt: 7, found, findings };

  it('says how many records of an intact chain were checked: 0', async () => {
    const intact = { ok: true, verified: 31, sealed: 31, pending: 0, head: 'abc', findings: [] };
    api.answers.set(verify, json(200, intact));
    const ran = await run('audit', '--verify');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^The audit chain is intact: 31 records checked\.\n/);
    expect(ran.stdout).toContain('head 31:abc');
    expect(ran.stdout).not.toContain('No key seals it');
    api.answers.set(verify, json(200, { ...intact, sealed: 0, pending: 1 }));
    const unsealed = (await run('audit', '--verify')).stdout;
    expect(unsealed).toContain('checked. 1 record not chained yet');
    expect(unsealed).toContain('No key seals it');
  });

  it('says what does not hold: 17', async () => {
    api.answers.set(verify, json(200, broken));
    const ran = await run('audit', '--verify');
    expect(ran.code).toBe(17);
    expect(ran.stdout).toContain('broken after 6 records that hold');
    expect(ran.stdout).toContain('✗ Entry 7 was changed.');
    expect(ran.stderr).toBe('sluice: outcome=audit_broken code=17\n');
    const document: unknown = JSON.parse((await run('audit', '--verify', '--json')).stdout);
    expect(document).toEqual({ outcome: 'audit_broken', code: 17, ...broken });
  });

  it('has the log held against what was noted', async () => {
    const hash = 'ab'.repeat(32);
    const against = 'POST /v1/audit/verify';
    api.answers.set(against, json(200, { ...broken, findings: [{ kind: 'cut', what: 'Its end is gone.' }] }));
    const head = { number: 5, hash, at: '2026-01-01T00:00:00.000Z' };
    folder.write('heads.jsonl', `${JSON.stringify(head)}\n{"numb`);
    const ran = await run('audit', '--verify', '--expect', `7:${hash}`, '--heads', 'heads.jsonl');
    expect(ran.code).toBe(17);
    expect(ran.stdout).toContain('If a backup was restored');
    expect(api.received.at(-1)?.body).toEqual({ heads: [head], expected: { number: 7, hash } });
    expect((await run('audit', '--verify', '--expect', 'seven')).code).toBe(2);
    expect((await run('audit', '--verify', '--heads', 'nowhere.jsonl')).code).toBe(3);
  });
});

describe('sluice key', () => {
  it('create prints the key alone on standard output', async () => {
    api.answers.set('POST /v1/keys', json(201, { id: 'key_1', name: 'web', key: 'slk_x' }));
    const ran = await run('key', 'create', '--app', 'bank', 'other', '--name', 'web', '--per-minute', '5');
    expect([ran.code, ran.stdout]).toEqual([0, 'slk_x\n']);
    expect(api.received.at(-1)?.body).toEqual({
      name: 'web',
      apps: ['bank', 'other'],
      scopes: ['call'],
      requestsPerMinute: 5,
    });
  });

  it.each([
    [['--app', 'bank'], /--name/],
    [['--app', 'bank', '--name', 'web', '--scope', 'all'], /call, outcomes, feedback, prompts/],
    [['--app', 'bank', '--name', 'web', '--per-minute', '0'], /A whole number, from 1 on/],
  ])('create refuses %j before anything is asked', async (options, message) => {
    const ran = await run('key', 'create', ...options);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('the hint below a page that is not the last', () => {
  it.each([
    [
      'audit',
      '/v1/audit?limit=2&app=bank-support&releaseId=rel_1',
      ['--app', 'bank-support', '--release', 'rel_1', '--limit', '2'],
    ],
    [
      'release list',
      '/v1/releases?limit=2&app=bank-support&state=open',
      ['--app', 'bank-support', '--state', 'open', '--limit', '2'],
    ],
    ['token list', '/v1/tokens?limit=2', ['--limit', '2']],
  ])('of %s is a command with the same filters', async (command, path, filters) => {
    api.answers.set(`GET ${path}`, json(200, { items: [], nextCursor: 'abc' }));
    const { stdout } = await run(...command.split(' '), ...filters);
    expect(stdout).toContain(`\nMore: sluice ${[command, ...filters].join(' ')} --cursor abc\n`);
    api.answers.set(`GET ${path}`, json(200, { items: [] }));
    expect((await run(...command.split(' '), ...filters)).stdout).not.toContain('More:');
  });
});

describe('sluice token', () => {
  const created = { id: 'tok_1', name: 'ci', role: 'releaser', token: 'slc_secret' };

  it('create prints the token alone, so that a script can take it', async () => {
    api.answers.set('POST /v1/tokens', json(201, created));
    const ran = await run('token', 'create', '--role', 'releaser', '--name', 'ci');
    expect(ran).toMatchObject({ code: 0, stdout: 'slc_secret\n' });
    expect(ran.stderr).not.toContain('slc_secret');
    expect(api.received[0]?.body).toEqual({ name: 'ci', role: 'releaser' });
    const { stdout } = await run('token', 'create', '--role', 'releaser', '--name', 'ci', '--json');
    expect(JSON.parse(stdout)).toEqual({ outcome: 'done', code: 0, ...created });
  });

  it.each(roles)('create knows the role %s of the API', async (role) => {
    api.answers.set('POST /v1/tokens', json(201, created));
    expect(await run('token', 'create', '--role', role, '--name', 'ci')).toMatchObject({ code: 0 });
  });

  it('create says when a name is taken: 17', async () => {
    api.answers.set('POST /v1/tokens', problem(409, 'conflict', 'There is a token named "ci".'));
    expect(await run('token', 'create', '--role', 'viewer', '--name', 'ci')).toMatchObject({ code: 17 });
  });

  it('list shows which are valid, and how to go on', async () => {
    const rights = { role: 'viewer', subject: 'ci', content: false };
    const token = { id: 'tok_1', name: 'ci', ...rights, createdAt: '2026-01-01T00:00:00.000Z' };
    const revoked = { ...token, name: 'old', revokedAt: '2026-01-02T00:00:00.000Z' };
    const page = { items: [token, revoked], nextCursor: 'next' };
    api.answers.set('GET /v1/tokens?limit=2', json(200, page));
    const { stdout } = await run('token', 'list', '--limit', '2');
    expect(stdout).toMatch(/^ci {3}.* valid$/m);
    expect(stdout).toMatch(/^old {2}.* revoked 2026-01-02/m);
    expect(stdout).toContain('sluice token list --limit 2 --cursor next');
    const document: unknown = JSON.parse((await run('token', 'list', '--limit', '2', '--json')).stdout);
    expect(document).toEqual({ outcome: 'done', code: 0, ...page });
  });

  it('revoke tells a token that is revoked now from one that was, and from none', async () => {
    const path = 'POST /v1/tokens/ci/revoke';
    api.answers.set(path, json(200, { name: 'ci', revoked: true }));
    expect((await run('token', 'revoke', 'ci')).stdout).toBe('The token "ci" is revoked.\n');
    api.answers.set(path, json(200, { name: 'ci', revoked: false }));
    expect((await run('token', 'revoke', 'ci')).stdout).toBe('The token "ci" was revoked before.\n');
    api.answers.set(path, problem(404, 'not_found', 'There is no token named "ci".'));
    expect(await run('token', 'revoke', 'ci')).toMatchObject({ code: 3 });
  });
});
