import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { createStable } from '../apps/create-stable.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listApps } from '../apps/list-apps.ts';
import { listRevisions } from './list-revisions.ts';
import { publishApp } from '../apps/publish-app.ts';
import { publishRevision } from './publish-revision.ts';
import { readActive } from '../apps/read-active.ts';
import { readApp } from '../apps/read-app.ts';
import { readRevision } from './read-revision.ts';
import { setPublished } from './set-published.ts';
import {
  createApp,
  environment,
  plan,
  publish,
  raise,
  startRelease,
} from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const content = (model: string) => revisionContentSchema.parse({ chain: [{ provider: 'openai', model }] });
const actor = 'user:ada';

describe('apps', () => {
  it('are made once, and keep what was last published', async () => {
    const first = await publishApp(store.db, { name: 'bank', sampling: 'metadata', actor });
    const again = await publishApp(store.db, { name: 'bank', sampling: 'full', actor });
    expect(first).toMatchObject({
      created: true,
      app: { name: 'bank', sampling: 'metadata', published: {} },
    });
    expect(again).toEqual({ created: false, app: first.app });
    const published = {
      plans: { default: plan },
      suites: [{ name: 's', digest: 'd', content: { tests: [1] } }],
    };
    await setPublished(store.db, { app: 'bank', ...published, actor });
    expect((await readApp(store.db, 'bank'))?.published).toEqual(published);
    await setPublished(store.db, { app: 'bank', ...published, actor });
    const { items } = await listAudit(store.db, { app: 'bank' });
    const publications = items.filter(({ action }) => action === 'app.published');
    expect(publications.map(({ details }) => details)).toEqual([
      { plans: { default: digestOf(plan) }, suites: { s: 'd' } },
    ]);
    await expect(setPublished(store.db, { app: 'none', ...published, actor })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await readApp(store.db, 'none')).toBeUndefined();
  });

  it('are listed in pages; a cursor that was made up is refused', async () => {
    for (const name of ['list-1', 'list-2', 'list-3']) await publishApp(store.db, { name, actor });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listApps(store.db, { limit: 2, cursor });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['list-1', 'list-2', 'list-3']));
    for (const bad of ['%%%', Buffer.from('{"a":1}').toString('base64url')]) {
      await expect(listApps(store.db, { cursor: bad })).rejects.toMatchObject({ code: 'invalid_request' });
    }
    const place = Buffer.from('["no time","x"]').toString('base64url');
    await expect(
      listRevisions(store.db, { app: 'bank', environment: 'production', cursor: place }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(listApps(store.db, { limit: 0 })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('revisions', () => {
  const publishAs = (app: string, label: string, model: string) =>
    publishRevision(store.db, { app, label, content: content(model), provenance: {}, actor });

  it('are the same when their content is, and keep their first label (invariant 1)', async () => {
    const { app } = await createApp(store.db);
    const first = await publishAs(app, 'v1', 'atlas');
    expect(first).toMatchObject({ created: true, label: 'v1' });
    await expect(publishAs(app, 'v1', 'atlas')).resolves.toEqual({ ...first, created: false });
    await expect(publishAs(app, 'v2', 'atlas')).resolves.toEqual({ ...first, created: false });
    await expect(publishAs(app, 'v1', 'other')).rejects.toMatchObject({ code: 'conflict' });
    await expect(publishAs('no-app', 'v1', 'atlas')).rejects.toMatchObject({ code: 'not_found' });
    const racing = await Promise.all([publishAs(app, 'v3', 'new'), publishAs(app, 'v3', 'new')]);
    expect(racing.map(({ created }) => created).sort()).toEqual([false, true]);
  });

  it('are found by label, digest and the beginning of a digest', async () => {
    const { app } = await createApp(store.db);
    const { digest } = await publishAs(app, 'v1', 'atlas');
    const prefix = digest.slice(0, 'rev_'.length + 8);
    for (const ref of ['v1', digest, prefix, prefix.slice('rev_'.length)]) {
      expect(await readRevision(store.db, { app, ref })).toMatchObject({
        digest,
        label: 'v1',
        content: content('atlas'),
      });
    }
    for (const ref of ['v2', digest.slice(0, 'rev_'.length + 7), 'rev_', '%', '']) {
      expect(await readRevision(store.db, { app, ref })).toBeUndefined();
    }
  });

  it('are never found by a label that is written like a digest: such labels are not published', async () => {
    const { app } = await createApp(store.db);
    const { digest } = await publishAs(app, 'v1', 'atlas');
    for (const label of [digest, digest.slice(4), digest.slice(4, 12), 'REV_v2', 'DEADBEEF', '20261129']) {
      await expect(publishAs(app, label, 'other')).rejects.toThrow('label_is_no_digest');
    }
  });

  it('are not guessed where an older label is written like the digest of another', async () => {
    const { app } = await createApp(store.db);
    const { digest } = await publishAs(app, 'v1', 'atlas');
    const digits = digest.slice('rev_'.length, 'rev_'.length + 8);
    await store.db.query('alter table revision drop constraint label_is_no_digest');
    const older = await publishAs(app, digits, 'other');
    const alone = await publishAs(app, 'feedc0de', 'third');
    await expect(readRevision(store.db, { app, ref: digits })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readRevision(store.db, { app, ref: digest })).toMatchObject({ label: 'v1' });
    expect(await readRevision(store.db, { app, ref: older.digest })).toMatchObject({ label: digits });
    expect(await readRevision(store.db, { app, ref: 'feedc0de' })).toMatchObject({ digest: alone.digest });
    expect(await readRevision(store.db, { app, ref: 'rev_feedc0de' })).toBeUndefined();
  });

  it('never change (invariant 10)', async () => {
    const { app } = await createApp(store.db);
    for (const statement of [
      `update revision set content = '{}' where app = '${app}'`,
      `update revision set label = 'x' where app = '${app}'`,
      `delete from revision where app = '${app}'`,
    ]) {
      await expect(store.db.query(statement)).rejects.toThrow('never changes');
    }
  });

  it('are listed newest first, page by page', async () => {
    const { app } = await createApp(store.db);
    for (const label of ['b', 'c']) await publish(store.db, app, label);
    const first = await listRevisions(store.db, { app, environment: 'production', limit: 2 });
    const rest = await listRevisions(store.db, {
      app,
      environment: 'production',
      limit: 2,
      cursor: first.nextCursor,
    });
    expect([...first.items, ...rest.items].map(({ label }) => label)).toEqual(['c', 'b', 'a']);
    expect(rest.nextCursor).toBeUndefined();
  });
});

describe('the first stable revision', () => {
  it('is set once, in all environments or in none', async () => {
    await publishApp(store.db, { name: 'first', actor });
    const revision = await publish(store.db, 'first', 'a');
    const first = { app: 'first', revision, operationId: 'op', actor, reason: 'first' };
    await expect(createStable(store.db, { ...first, environments: ['staging'] })).resolves.toEqual({
      staging: 1,
    });
    // The same request again, as after a lost answer.
    await expect(createStable(store.db, { ...first, environments: ['staging'] })).resolves.toEqual({
      staging: 1,
    });
    const both = { ...first, environments: ['production', 'staging'], operationId: 'other' };
    await expect(createStable(store.db, both)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readActive(store.db, { app: 'first', environment: 'production' })).toBeUndefined();
  });
});

it('what is active is one value: label, digest and chain of each arm', async () => {
  const { app, a } = await createApp(store.db);
  const chain = [{ provider: 'openai', model: 'a' }];
  const stable = { label: 'a', digest: a, chain };
  expect(await readActive(store.db, { app, environment })).toEqual({ app, environment, version: 1, stable });
  const opened = await startRelease(store.db, app, 'b');
  await raise(store.db, opened, { weight: 12.5, expectedVersion: 1 });
  expect(await readActive(store.db, { app, environment })).toEqual({
    app,
    environment,
    version: 2,
    stable,
    candidate: {
      label: 'b',
      digest: opened.release.revision,
      chain: [{ provider: 'openai', model: 'b' }],
      weight: 12.5,
      releaseId: opened.release.id,
    },
  });
});
