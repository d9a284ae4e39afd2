import { parse } from 'yaml';
import { policySchema, shippedPolicy } from '../../domain/policy/policy.ts';
import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) => sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
const published = { scope: '*', version: 3, digest: 'a'.repeat(64), created: true, knownApp: true };

describe('sluice policy set', () => {
  it('publishes a file, complete, and says which version it is', async () => {
    folder.write('policy.yaml', 'steps: { minHold: 1h }\n');
    api.answers.set('POST /v1/policy', json(201, published));
    const ran = await run('policy', 'set', 'policy.yaml', '--reason', 'as agreed');
    expect([ran.code, ran.stdout]).toEqual([
      0,
      'Published version 3 (aaaaaaaaaaaa…) of the policy of all apps without a policy of their own.\n',
    ]);
    expect(api.received[0]?.body).toEqual({
      policy: policySchema.parse({ steps: { minHold: '1h' } }),
      reason: 'as agreed',
    });
  });

  it('publishes one of an app that is not there yet, and says so', async () => {
    folder.write('policy.yaml', '{}');
    const answer = { ...published, scope: 'my-app', created: false, knownApp: false };
    api.answers.set('POST /v1/apps/my-app/policy', json(200, answer));
    const ran = await run('policy', 'set', 'policy.yaml', '--app', 'my-app');
    expect(ran.stdout).toContain('In force already: version 3');
    expect(ran.stderr).toContain('there is no app "my-app" yet');
  });

  it('sends nothing of a file that is wrong, and names every line: 2', async () => {
    folder.write('policy.yaml', 'steps:\n  minHold: 5\nskips: {}\n');
    const ran = await run('policy', 'set', 'policy.yaml');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('policy.yaml:2:12: steps.minHold:');
    expect(ran.stderr).toContain('policy.yaml:3:1: Unrecognized key: "skips"; did you mean "skip"?');
    expect(api.received).toEqual([]);
  });
});

describe('sluice policy reset', () => {
  it('says what is in force from then on', async () => {
    const inForce = { scope: '*', version: 0, digest: 'b'.repeat(64), policy: shippedPolicy, reset: true };
    api.answers.set('POST /v1/apps/my-app/policy/reset', json(200, inForce));
    const ran = await run('policy', 'reset', 'my-app', '--reason', 'over');
    expect(ran.stdout).toBe('The policy of my-app is reset. In force: the policy that Sluice ships.\n');
    expect(api.received[0]?.body).toEqual({ reason: 'over' });
  });
});

describe('sluice policy show', () => {
  it('prints what `policy set` takes, and whose it is', async () => {
    const inForce = { scope: '*', version: 0, digest: 'b'.repeat(64), policy: shippedPolicy };
    api.answers.set('GET /v1/apps/my-app/policy', json(200, inForce));
    const { stdout } = await run('policy', 'show', 'my-app');
    expect(stdout).toContain('# The policy that Sluice ships: bbbb');
    expect(stdout).toContain('sluice policy set FILE --app my-app');
    expect(policySchema.parse(parse(stdout))).toEqual(shippedPolicy);
  });
});

describe('sluice policy history', () => {
  const item = { ...published, policy: {}, actor: 'token:admin', at: '2026-01-01T00:00:00.000Z' };

  it('lists what was published, and how to see more', async () => {
    const page = { items: [{ ...item, reason: 'as agreed' }], nextCursor: 'abc' };
    api.answers.set('GET /v1/apps/my-app/policy/history?limit=50', json(200, page));
    const { stdout } = await run('policy', 'history', 'my-app');
    expect(stdout).toMatch(/^3 {8}aaaaaaaaaaaa {2}2026-01-01T00:00:00.000Z {2}token:admin {2}as agreed$/m);
    expect(stdout).toContain('More: sluice policy history my-app --limit 50 --cursor abc');
  });

  it('says that there is nothing', async () => {
    api.answers.set('GET /v1/policy/history?limit=50', json(200, { items: [] }));
    expect((await run('policy', 'history')).stdout).toContain('Nobody has published a policy of all apps');
  });
});
