import { randomUUID } from 'node:crypto';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import { startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { planSchema } from '../../domain/release/plan.ts';
import type { App } from '../schemas/apps.ts';
import type { PublishedRevision, RevisionDetail } from '../schemas/revisions.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { content, createBank } from '../test-fixtures/bank.ts';

const api = useApi();
const newName = () => `app-${randomUUID().slice(0, 8)}`;

/** An app with a published revision, which serves nothing yet. */
async function createEmpty() {
  const name = newName();
  await api.post('/v1/apps', { body: { name } });
  const body = { app: name, label: 'v1', content: content('one') };
  const { digest } = (await api.post<PublishedRevision>('/v1/revisions', { body })).body;
  return { name, digest };
}

describe('an app', () => {
  it('is made once, with what was published with it', async () => {
    const name = newName();
    const publication = { plans: { default: planSchema.parse({}) }, suites: [] };
    const made = await api.post<App>('/v1/apps', {
      as: 'releaser',
      body: { name, sampling: 'off', publication },
    });
    expect([made.status, made.body]).toEqual([
      201,
      {
        ...{ name, sampling: 'off', samplesPerSecond: 1, maxSamples: 20_000, reports: 'shown' },
        ...{ maxFreshSamples: 5000, maxFreshMegabytes: 256 },
        ...{ createdAt: made.body.createdAt, active: [] },
      },
    ]);
    expect((await readApp(api.db, name))?.published).toEqual(publication);
    const again = await api.post<App>('/v1/apps', { body: { name } });
    expect([again.status, again.body]).toEqual([200, made.body]);
    expect((await readApp(api.db, name))?.published).toEqual(publication);
    expect((await api.get<App>(`/v1/apps/${name}`)).body).toEqual(made.body);
  });

  it('keeps as many of its requests as an admin sets, and the audit log says who set what', async () => {
    const { name } = await createEmpty();
    const path = `/v1/apps/${name}`;
    const fresh = { maxFreshSamples: 200, maxFreshMegabytes: 16 };
    const change = {
      ...{ samplesPerSecond: 2.5, maxSamples: 500, ...fresh, reports: 'judged', reason: 'a quiet app' },
    };
    expect((await api.post(path, { as: 'releaser', body: change })).status).toBe(403);
    const changed = await api.post<App>(path, { as: 'admin', body: change });
    const settings = {
      ...{ sampling: 'redacted', samplesPerSecond: 2.5, maxSamples: 500, ...fresh, reports: 'judged' },
    };
    expect([changed.status, changed.body]).toMatchObject([200, settings]);
    await api.post(path, { as: 'admin', body: { maxSamples: 500 } });
    const { items } = (
      await api.get<{ items: { action: string; details: unknown }[] }>(`/v1/audit?app=${name}`)
    ).body;
    expect(items.filter(({ action }) => action === 'app.changed').map(({ details }) => details)).toEqual([
      {
        was: {
          ...{ sampling: 'redacted', samplesPerSecond: 1, maxSamples: 20_000, reports: 'shown' },
          ...{ maxFreshSamples: 5_000, maxFreshMegabytes: 256 },
        },
        becomes: settings,
        reason: 'a quiet app',
      },
    ]);
    const wrong = await api.post<ProblemBody>(path, { as: 'admin', body: { samplesPerSecond: 0 } });
    expect(wrong.status).toBe(400);
    expect((await api.post('/v1/apps/nobody', { as: 'admin', body: change })).status).toBe(404);
  });

  it('gets its first stable revision in every environment, once', async () => {
    const { name, digest } = await createEmpty();
    const skip = { skipEvaluation: true, reason: 'it serves already' };
    const first = await api.post<App>('/v1/apps', { body: { name, stable: 'v1', ...skip } });
    expect(
      first.body.active.map(({ environment, version, stable }) => [environment, version, stable?.digest]),
    ).toEqual([
      ['production', 1, digest],
      ['staging', 1, digest],
    ]);
    expect((await api.post<App>('/v1/apps', { body: { name, stable: digest } })).body).toEqual(first.body);
    await api.post('/v1/revisions', { body: { app: name, label: 'v2', content: content('two') } });
    const other = await api.post<ProblemBody>('/v1/apps', { body: { name, stable: 'v2' } });
    expect([other.status, other.body.code]).toEqual([409, 'conflict']);
    expect((await listHistory(api.db, { app: name, environment: 'production' })).items).toHaveLength(1);
  });

  it('is not half made: a first stable revision that is unknown leaves nothing', async () => {
    const name = newName();
    const { status } = await api.post('/v1/apps', { body: { name, stable: 'v1' } });
    expect(status).toBe(404);
    expect(await readApp(api.db, name)).toBeUndefined();
  });

  it('is unknown: 404', async () => {
    const { status, body } = await api.get<ProblemBody>('/v1/apps/missing');
    expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'There is no app "missing".']);
  });

  it('is listed, with the release that is open', async () => {
    const { app } = await createBank(api.db);
    const { release } = await startRelease(api.db, app, 'c');
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { body } = await api.get<{ items: App[]; nextCursor?: string }>(`/v1/apps?limit=2${query}`);
      for (const item of body.items) {
        names.push(item.name);
        if (item.name === app) expect(item.openRelease).toBe(release.id);
      }
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toContain(app);
  });
});

describe('a revision', () => {
  it.each([
    [
      'Hello {{custmer}} {{history}}',
      /^The prompt greet: Line 1 of the template: \{\{custmer\}\} stands for/,
    ],
    ['{{#each documents}}{{/if}}', /^The prompt greet: The template is not understood/],
  ])('is refused where its prompt would say something else than is written: %s', async (template, said) => {
    const { name } = await createEmpty();
    const body = { app: name, label: 'v2', content: { ...content('one'), prompts: { greet: { template } } } };
    const refused = await api.post<ProblemBody>('/v1/revisions', { as: 'releaser', body });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
    expect(refused.body.detail).toMatch(said);
    expect((await api.get<ProblemBody>(`/v1/apps/${name}/revisions/v2`)).status).toBe(404);
  });

  it('is published once under its digest, and keeps its label', async () => {
    const { name, digest } = await createEmpty();
    const again = await api.post<PublishedRevision>('/v1/revisions', {
      as: 'releaser',
      body: { app: name, label: 'other', content: content('one') },
    });
    expect([again.status, again.body]).toEqual([200, { app: name, label: 'v1', digest, created: false }]);
  });

  it('is shown whole by its label and by its digest, to everybody who has a token', async () => {
    const { name, digest } = await createEmpty();
    for (const ref of ['v1', digest]) {
      const { status, body } = await api.get<RevisionDetail>(`/v1/apps/${name}/revisions/${ref}`, {
        as: 'viewer',
      });
      expect([status, body]).toMatchObject([
        200,
        { app: name, label: 'v1', digest, content: content('one') },
      ]);
    }
    const unknown = await api.get<ProblemBody>(`/v1/apps/${name}/revisions/v9`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
  });

  it.each([
    [404, 'not_found', { app: 'missing' }],
    [409, 'conflict', { content: content('two') }],
    [400, 'invalid_request', { content: { chain: [] } }],
    [400, 'invalid_request', { label: 'rev_v1' }],
    [400, 'invalid_request', { label: 'Rev_v1' }],
    [400, 'invalid_request', { label: 'deadbeef' }],
    [400, 'invalid_request', { label: 'DEADBEEF' }],
  ])('is answered %d %s', async (status, code, change) => {
    const { name } = await createEmpty();
    const body = { app: name, label: 'v1', content: content('one'), ...change };
    const answer = await api.post<ProblemBody>('/v1/revisions', { body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
