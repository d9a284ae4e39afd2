import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { listReleases } from '../../config-store/releases/list-releases.ts';
import { takenBack } from '../../config-store/queue/taken-back.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { revokeToken } from '../../config-store/tokens/revoke-token.ts';
import { rotateToken } from '../../config-store/tokens/rotate-token.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { publish } from '../../config-store/test-fixtures/release-fixture.ts';
import type { Queued } from '../schemas/queue.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { createBank, plan, start } from '../test-fixtures/bank.ts';
import { problemOf } from '../test-fixtures/problem-of.ts';
import { startDue } from './queue-keeper.ts';
import { createReleaseWorkflows } from '../releases/release-workflows.ts';

const api = useApi();

/** A release that is open, and others that wait for it. */
async function queueOf(...labels: string[]) {
  const { app } = await createBank(api.db);
  for (const label of labels) await publish(api.db, app, label);
  const open = (await start(api, app)).body.id;
  const ask = (revision: string, key: string = randomUUID()) =>
    start(api, app, { revision, key, more: { ifBusy: 'queue' } });
  const waiting = async () =>
    (await api.get<{ items: Queued[] }>(`/v1/apps/${app}/queue`, { as: 'viewer' })).body.items;
  return {
    ...{ app, open, ask, waiting },
    state: async (id: string) => (await api.get<Queued>(`/v1/apps/${app}/queue/${id}`)).body,
    cancel: (id: string) =>
      api.post<Queued>(`/v1/apps/${app}/queue/${id}/cancel`, { body: { reason: 'late' } }),
    end: async (id: string) => {
      await api.db.query('select close_release($1, $2, $3)', [id, 'failed', 'test']);
      const { workflow } = api.temporal;
      await workflow.getHandle(`release/${app}`).terminate();
    },
  };
}

/** What the keeper of the queue does once a second. */
function round(before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const workflows = createReleaseWorkflows({
    ...{ client: api.temporal, taskQueue: `test-${randomUUID()}`, timeoutMs: 5_000, wakeTimeoutMs: 1_000 },
  });
  const start: typeof workflows.start = async (release) => {
    await before();
    return workflows.start(release);
  };
  return startDue({ db: api.db, workflows: { ...workflows, start }, log: pino({ level: 'silent' }) });
}

describe('a release that waits for its turn', () => {
  it('stands at its place, the same for the same key, and begins when those before it have ended', async () => {
    const { app, open, ask, waiting, state, end } = await queueOf('c', 'd');
    const key = randomUUID();
    const first = await ask('c', key);
    expect([first.status, first.body]).toMatchObject([202, { label: 'c', state: 'waiting', position: 1 }]);
    await ask('d');
    expect((await ask('c', key)).body).toMatchObject({ id: first.body.id });
    expect((await waiting()).map(({ label, position }) => [label, position])).toEqual([
      ['c', 1],
      ['d', 2],
    ]);
    await round();
    expect((await state(first.body.id)).state).toBe('waiting');
    await end(open);
    await Promise.all([round(), round()]);
    const begun = await state(first.body.id);
    expect(begun).toMatchObject({ state: 'started', releaseId: expect.stringMatching(/^rel_/) as string });
    expect((await waiting()).map(({ label, position }) => [label, position])).toEqual([['d', 1]]);
    const { items } = await listReleases(api.db, { app, state: 'open' });
    expect(items).toMatchObject([{ id: begun.releaseId, label: 'c', actor: 'token:releaser' }]);
  });

  it('begins at once where nothing is open and nothing waits', async () => {
    const { app } = await createBank(api.db);
    expect((await start(api, app, { more: { ifBusy: 'queue' } })).status).toBe(201);
  });

  it('is taken out by whoever may release, and does not begin then', async () => {
    const { open, ask, cancel, end, app } = await queueOf('c');
    const { id } = (await ask('c')).body;
    expect((await cancel(id)).body).toMatchObject({ state: 'cancelled', reason: 'late' });
    await end(open);
    await round();
    expect((await listReleases(api.db, { app, state: 'open' })).items).toEqual([]);
    expect((await cancel(id)).body).toMatchObject({ state: 'cancelled' });
  });

  it('is not said to be taken out while it is being started', async () => {
    const { open, ask, cancel, state, end } = await queueOf('c');
    const { id } = (await ask('c')).body;
    await end(open);
    let answer: unknown;
    await round(async () => {
      answer = problemOf(await cancel(id)).code;
    });
    expect([answer, (await state(id)).state]).toEqual(['conflict', 'started']);
    expect((await cancel(id)).body).toMatchObject({ state: 'started' });
  });

  it('is the same for the same key whatever waits since, and no other one', async () => {
    const { app } = await createBank(api.db);
    for (const label of ['c', 'd']) await publish(api.db, app, label);
    const ask = (revision: string, key: string) =>
      start(api, app, { revision, key, more: { ifBusy: 'queue' } });
    const [first, second] = [randomUUID(), randomUUID()];
    const begun = await ask('c', first);
    expect(begun.status).toBe(201);
    expect((await ask('d', second)).status).toBe(202);
    const again = await ask('c', first);
    expect([again.status, again.body.id]).toEqual([201, begun.body.id]);
    expect(problemOf(await ask('c', second)).code).toBe('conflict');
  });

  it('is refused now where it may not be released, and when its turn comes where it may not any more', async () => {
    const { app, open, ask, state, end } = await queueOf('c');
    expect(problemOf(await ask('missing')).code).toBe('not_found');
    const { id } = (await ask('c')).body;
    const { digest } = (
      await api.db.query<{ digest: string }>('select digest from revision where app = $1 and label = $2', [
        app,
        'c',
      ])
    ).rows[0]!;
    await end(open);
    await rollback(api.db, {
      ...{
        app,
        environment: 'production',
        to: digest,
        force: true,
        actor: 'user:ada',
        reason: 'now',
        operationId: 'to-c',
      },
    });
    await round();
    expect(await state(id)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('stable') as string,
    });
  });

  it('does not begin by a token that was revoked since, and says which; one that expired or was rotated is good', async () => {
    const names = { revoked: 'gone', rotated: 'turned', expired: 'short' };
    const reasonsOf = async (how: keyof typeof names, then: (name: string) => Promise<unknown>) => {
      const { app, open, state, end } = await queueOf('c');
      const name = `${names[how]}-${randomUUID().slice(0, 8)}`;
      const { token } = await createToken(api.db, { name, role: 'releaser', actor: 'user:ada' });
      const body = { app, revision: 'c', plan, ifBusy: 'queue' };
      const { id } = (await api.post<Queued>('/v1/releases', { token, key: randomUUID(), body })).body;
      await then(name);
      await end(open);
      await round();
      return state(id);
    };
    const revoked = await reasonsOf('revoked', (name) => revokeToken(api.db, { name, actor: 'user:ada' }));
    expect(revoked).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/The token "gone-\w+" that asked for it was revoked at 20/) as string,
    });
    const { rows } = await api.db.query(
      `select details->>'reason' as reason from audit_entry
       where action = 'release.queue_refused' and details->>'queued' = $1`,
      [revoked.id],
    );
    expect(rows).toEqual([{ reason: expect.stringContaining('"gone-') as string }]);
    const rotated = await reasonsOf('rotated', (name) =>
      rotateToken(api.db, { name, overlapMs: 0, actor: 'user:ada' }),
    );
    expect(rotated).toMatchObject({ state: 'started' });
    const both = await reasonsOf('rotated', async (name) => {
      await rotateToken(api.db, { name, overlapMs: 0, actor: 'user:ada' });
      await revokeToken(api.db, { name, actor: 'user:ada' });
    });
    expect(both).toMatchObject({ state: 'refused' });
    const expired = await reasonsOf('expired', (name) =>
      api.db.query('update api_token set expires_at = now() where name = $1', [name]),
    );
    expect(expired).toMatchObject({ state: 'started' });
  });

  it('goes by the name where it is not known which token has asked', async () => {
    const { open, ask, state, end } = await queueOf('c');
    const { id } = (await ask('c')).body;
    const actor = `token:old-${randomUUID().slice(0, 8)}`;
    const name = actor.slice('token:'.length);
    await createToken(api.db, { name, role: 'releaser', actor: 'user:ada' });
    await api.db.query('update queued_release set token_id = null, actor = $2 where id = $1', [id, actor]);
    expect(await takenBack(api.db, { actor })).toBeUndefined();
    await revokeToken(api.db, { name, actor: 'user:ada' });
    await end(open);
    await round();
    expect(await state(id)).toMatchObject({ state: 'refused', actor });
  });
});
