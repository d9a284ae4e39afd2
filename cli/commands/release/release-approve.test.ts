import { json, releaseOf, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const path = '/v1/releases/r1';
const run = (argv: string[], ask?: () => Promise<boolean>) =>
  sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' }, ask });
const approve = (...argv: string[]) => run(['release', 'approve', 'r1', ...argv]);

const evidence = 'a1b2c3d4'.repeat(8);
const bound = { stage: 'canary-25', revision: `rev_${'1'.repeat(64)}`, planDigest: '2'.repeat(64), evidence };
const approval = { ...bound, needed: 1, shown: [], authors: ['bob'], role: 'operator', given: [] };
const health = {
  ...{ condition: 'approval', says: ['it waits for approval of canary-25'], weight: { set: 5, served: 5 } },
  ...{ gateways: { live: 1, missing: [] }, waitingFor: 'approval of canary-25' },
};

beforeEach(() => {
  api.answers.set(`GET ${path}`, json(200, releaseOf({ state: 'progressing', approval, health } as never)));
  api.answers.set(
    `POST ${path}/approve`,
    json(200, { releaseId: 'r1', stage: 'canary-25', given: 1, needed: 1, woken: true }),
  );
});

describe('sluice release approve', () => {
  it('shows what it binds, and sends back what was seen', async () => {
    const ran = await approve('--evidence', 'a1b2c3d4', '--reason', 'looked at it');
    expect(ran).toMatchObject({ code: 0, stdout: 'canary-25 is approved: 1 of 1.\n' });
    expect(ran.stderr).toContain('approval of canary-25: 0 of 1, by the role operator or above, not by bob');
    expect(api.received.at(-1)?.body).toEqual({ ...bound, reason: 'looked at it' });
  });

  it('sends nothing where something else is asked, or nobody says that it is meant', async () => {
    expect(await approve('--evidence', 'ffffffff')).toMatchObject({ code: 17 });
    expect(await approve('--evidence', 'a1b2')).toMatchObject({ code: 17 });
    expect(await approve('--stage', 'canary-5', '--yes')).toMatchObject({ code: 17 });
    expect(await approve()).toMatchObject({ code: 2 });
    expect(await run(['release', 'approve', 'r1'], () => Promise.resolve(false))).toMatchObject({ code: 2 });
    expect(api.received.every(({ method }) => method === 'GET')).toBe(true);
    expect(await run(['release', 'approve', 'r1'], () => Promise.resolve(true))).toMatchObject({ code: 0 });
  });

  it('status ends with 13 while it waits, and with 0 when it does not', async () => {
    const ran = await run(['release', 'status', 'r1']);
    expect(ran).toMatchObject({
      code: 13,
      stderr: expect.stringContaining('outcome=waiting_for_approval') as unknown,
    });
    api.answers.set(`GET ${path}`, json(200, releaseOf({ state: 'progressing' })));
    expect(await run(['release', 'status', 'r1'])).toMatchObject({ code: 0 });
  });
});
