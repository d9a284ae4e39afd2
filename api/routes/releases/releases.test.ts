import { randomUUID } from 'node:crypto';
import { readCommands } from '../../../config-store/releases/commands/read-commands.ts';
import { readSplit } from '../../../config-store/splits/read-split.ts';
import { recordStage } from '../../../config-store/releases/progress/record-stage.ts';
import { setProgress } from '../../../config-store/releases/progress/set-progress.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';
import { commandKinds, type CommandKind } from '../../../domain/release/release.ts';
import type { CommandResult, Release, ReleaseDetail } from '../../schemas/releases.ts';
import type { ProblemBody } from '../../schemas/shared.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { createBank, seenCanary, start, startCanary, wakesOf } from '../../test-fixtures/bank.ts';

const api = useApi();

/** Sends a command, as an operator. */
function command(
  id: string,
  kind: CommandKind,
  { body = {}, ...call }: { body?: object; key?: string } = {},
) {
  return api.post<CommandResult & ProblemBody>(`/v1/releases/${id}/${kind}`, {
    as: 'operator',
    ...call,
    body,
  });
}

describe('a release', () => {
  it('is shown with its stages, its progress and the weight that it serves', async () => {
    const { app, id } = await startCanary(api);
    const startedAt = new Date().toISOString();
    const summary = 'all 40 cases passed';
    await recordStage(api.db, {
      releaseId: id,
      stage: 'evaluate',
      outcome: 'pass',
      summary,
      startedAt,
    });
    await setProgress(api.db, { releaseId: id, stage: 'canary-5', progress: { looks: 3 } });
    const { body } = await api.get<ReleaseDetail>(`/v1/releases/${id}`, { as: 'viewer' });
    expect(body).toMatchObject({ id, app, label: 'b', state: 'progressing', stage: 'canary-5', weight: 5 });
    expect(body.progress).toMatchObject({ looks: 3 });
    expect(body.stages).toMatchObject([{ stage: 'evaluate', outcome: 'pass', summary, startedAt }]);
  });

  it('is explained by what is stored of it', async () => {
    const { app, id } = await startCanary(api);
    const { status, body } = await api.get<Explanation>(`/v1/releases/${id}/explanation?recompute=true`, {
      as: 'viewer',
    });
    expect([status, body.release]).toMatchObject([200, { id, app, state: 'progressing' }]);
    expect(body.recomputed).toMatchObject({ agrees: true, of: 0 });
  });

  it('is unknown: 404, whatever is asked of it', async () => {
    const paths = ['', ...commandKinds.map((kind) => `/${kind}`), '/events', '/explanation'];
    for (const path of paths) {
      const ask = ['', '/events', '/explanation'].includes(path) ? 'get' : 'post';
      const asked = path === '/promote' ? { body: seenCanary } : {};
      const { status, body } = await api[ask]<ProblemBody>(`/v1/releases/missing${path}`, asked);
      expect([path, status, body.code]).toEqual([path, 404, 'not_found']);
    }
  });

  it('is listed by app and by state, newest first, in pages', async () => {
    const { app, id } = await startCanary(api);
    await command(id, 'abort');
    await api.db.query('select close_release($1, $2, $3)', [id, 'aborted', 'test']);
    const other = await createBank(api.db);
    const second = (await start(api, other.app)).body.id;
    const list = async (query: string) =>
      (await api.get<{ items: Release[]; nextCursor?: string }>(`/v1/releases?${query}`)).body;
    expect((await list(`app=${app}`)).items.map((release) => [release.id, release.state])).toEqual([
      [id, 'aborted'],
    ]);
    expect((await list(`app=${app}&state=open`)).items).toEqual([]);
    const [newest] = (await list('limit=1')).items;
    expect(newest?.id).toBe(second);
    const { nextCursor = '' } = await list('limit=1');
    expect((await list(`limit=1&cursor=${nextCursor}`)).items.map((release) => release.id)).toEqual([id]);
  });
});

describe('a command', () => {
  it.each([
    ['pause', 'paused', 5],
    ['abort', 'rolling_back', 0],
    ['promote', 'progressing', 5],
  ] as const)(
    '%s is recorded, answered with the weight that holds, and told',
    async (kind, state, weight) => {
      const { app, id } = await startCanary(api);
      const seen = kind === 'promote' ? seenCanary : {};
      const { status, body } = await command(id, kind, { body: { reason: 'lunch', ...seen } });
      expect([status, body]).toEqual([
        202,
        { releaseId: id, command: kind, repeated: false, weight, state, woken: true },
      ]);
      expect(await readCommands(api.db, { releaseId: id })).toMatchObject([
        { kind, actor: 'token:operator', reason: 'lunch' },
      ]);
      expect(await wakesOf(api, app)).toBe(1);
      const split = await readSplit(api.db, { app, environment: 'production' });
      expect(split?.weight).toBe(weight);
    },
  );

  it('abort closes by force what no workflow would close, and ends that', async () => {
    const { app, id } = await startCanary(api);
    const forced = await command(id, 'abort', { body: { force: true, reason: 'its Temporal is no more' } });
    expect(forced.body).toMatchObject({ state: 'aborted', weight: 0 });
    expect((await api.get<ReleaseDetail>(`/v1/releases/${id}`)).body.reason).toMatch(/by force.*no more/);
    expect((await readSplit(api.db, { app, environment: 'production' }))?.candidate).toBeUndefined();
  });

  it('resume lets a paused release go on', async () => {
    const { id } = await startCanary(api);
    await command(id, 'pause');
    expect((await command(id, 'resume')).body).toMatchObject({
      command: 'resume',
      state: 'progressing',
      weight: 5,
    });
  });

  it('acts once for a key (invariant 18)', async () => {
    const { id } = await startCanary(api);
    const key = randomUUID();
    const first = await command(id, 'pause', { key });
    const again = await command(id, 'pause', { key });
    expect(again.body).toEqual(first.body);
    expect(await readCommands(api.db, { releaseId: id })).toHaveLength(1);
  });

  it("is not taken for a repeat of another command, or of another person's, with the same key", async () => {
    const { app, id } = await startCanary(api);
    const key = 'my-key';
    await command(id, 'pause', { key });
    await api.post(`/v1/releases/${id}/pause`, { as: 'admin', body: {}, key });
    const aborted = await command(id, 'abort', { key });
    expect(aborted.body).toMatchObject({ repeated: false, weight: 0 });
    expect((await readSplit(api.db, { app, environment: 'production' }))?.candidate).toBeUndefined();
    const kinds = (await readCommands(api.db, { releaseId: id })).map(({ kind }) => kind);
    expect(kinds).toEqual(['abort', 'pause', 'pause']);
  });

  it('is refused where the release is not what the person saw, or has ended', async () => {
    const { id } = await startCanary(api);
    const promote = async (seen: object) =>
      (await command(id, 'promote', { body: { reason: 'seen', ...seenCanary, ...seen } })).status;
    expect(await promote({ expectedStage: 'canary-25' })).toBe(409);
    expect(await promote({ expectedVersion: 1 })).toBe(409);
    expect(await promote({ expectedWeight: 25 })).toBe(409);
    expect((await command(id, 'promote', { body: { expectedStage: 'canary-5' } })).status).toBe(400);
    await command(id, 'pause');
    expect(await promote({})).toBe(409);
    expect(await promote({ resume: true })).toBe(202);
    await command(id, 'abort');
    expect(await promote({})).toBe(409);
    await api.db.query('select close_release($1, $2, $3)', [id, 'aborted', 'test']);
    const late = await command(id, 'pause');
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
  });

  it('is recorded although Temporal is away, and says that the workflow was not told', async () => {
    const { app, id } = await startCanary(api);
    await api.temporalProxy.cut();
    const askedAt = performance.now();
    const { status, body } = await command(id, 'abort');
    expect([status, body.state, body.weight, body.woken]).toEqual([202, 'rolling_back', 0, false]);
    expect(performance.now() - askedAt).toBeLessThan(3_000);
    await api.temporalProxy.mend();
    expect(await wakesOf(api, app)).toBe(0);
  });
});
