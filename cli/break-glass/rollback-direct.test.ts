import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { readActive } from '../../config-store/apps/read-active.ts';
import {
  createApp,
  promote,
  publish,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const database = useDatabase();
const folder = useFolder();

/** With a database and nothing else: no API is known. */
function press(app: string, ...more: string[]) {
  const env = { DATABASE_URL: database.url };
  return sluice(['rollback', app, '--direct', ...more], { cwd: folder.path, env });
}

const serving = async (app: string) =>
  (await readActive(database.db, { app, environment: 'production' }))?.stable?.label;

describe('sluice rollback --direct', () => {
  it('puts the former stable revision back without API and Temporal (invariants 7, 20)', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    const ran = await press(app, '--reason', 'answers in French');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`done: a serves ${app}, b is taken out`);
    expect(ran.stderr).toContain('sluice: outcome=done code=0');
    expect(await serving(app)).toBe('a');
    const [entry] = (await listAudit(database.db, { app })).items;
    expect(entry).toMatchObject({
      actor: expect.stringMatching(/^break-glass:./) as unknown,
      details: { reason: 'answers in French' },
    });
  });

  it('answers "already" when pressed twice, and brings no bad revision back (invariant 8)', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    await promote(database.db, app, 'c');
    expect(await press(app)).toMatchObject({ code: 0 });
    const again = await press(app);
    expect(again.stdout).toMatch(
      /^already: c was taken out at [\d:]+ UTC; b serves \S+ since [\d:]+ UTC; nothing was changed\.\n {2}→ To take b out: sluice rollback \S+ --take-out b\n$/,
    );
    expect(again.stderr).toContain('sluice: outcome=already code=0');
    expect(await serving(app)).toBe('b');
  });

  it('names a release that is on its way, which it cannot take out yet', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    expect(await press(app)).toMatchObject({ code: 0 });
    const { release } = await startRelease(database.db, app, 'c');
    const again = await press(app);
    expect(again.stdout).toContain(`→ To end the release of c: sluice release abort ${release.id}\n`);
    expect(again.stderr).toContain('sluice: outcome=already code=0');
  });

  it('takes the candidate out where there is one, and goes back to a named revision with --to', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    const opened = await startRelease(database.db, app, 'c');
    await raise(database.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
    expect((await press(app)).stdout).toContain(`done: b serves ${app}, c is taken out`);
    const ran = await press(app, '--take-out', 'b', '--to', 'a', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'done',
      serving: 'a',
      takenOut: 'b',
      confirmed: true,
    });
  });

  it('asks at a terminal before it takes out what serves, and presses what was seen', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    await promote(database.db, app, 'c');
    await press(app);
    const asked: string[] = [];
    const answering = (answer: boolean) => ({
      ...{ cwd: folder.path, env: { DATABASE_URL: database.url } },
      ask: (question: string) => Promise.resolve((asked.push(question), answer)),
    });
    expect((await sluice(['rollback', app, '--direct'], answering(false))).stdout).toMatch(/^already: /);
    expect(await serving(app)).toBe('b');
    const ran = await sluice(['rollback', app, '--direct'], answering(true));
    expect(ran.stdout).toContain(`done: a serves ${app}, b is taken out`);
    expect(ran.stdout).toContain('! c was passed over: taken out by break-glass:');
    expect(asked[1]).toMatch(
      /^c was taken out at .* UTC; b serves .* \(split v6\)\. Take b out\? \[y\/N\] $/,
    );
  });

  it('refuses what was found bad, unless forced with a reason', async () => {
    const { app } = await createApp(database.db);
    await publish(database.db, app, 'never');
    expect(await press(app, '--to', 'never')).toMatchObject({ code: 17, stdout: '' });
    expect(await press(app, '--to', 'never', '--force')).toMatchObject({ code: 2, stdout: '' });
    const forced = await press(app, '--to', 'never', '--force', '--reason', 'the only one in French');
    expect(forced.stdout).toContain('An override: it stands in the audit log.');
    expect(await serving(app)).toBe('never');
  });

  it('waits until the gateways serve it', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    const version = (await readActive(database.db, { app, environment: 'production' }))?.version ?? 0;
    const beat = (acked: number) =>
      heartbeat(database.db, {
        gatewayId: `gateway-${app}`,
        bootId: bootId,
        environment: 'production',
        acks: { [app]: acked },
        refusals: {},
        fingerprint: {},
      });
    const bootId = randomUUID();
    await beat(version);
    let isOver = false;
    const pressed = press(app).finally(() => (isOver = true));
    await waitFor(async () => (await serving(app)) === 'a', { what: 'the rollback to be written' });
    expect(isOver).toBe(false);
    await beat(version + 1);
    expect((await pressed).stdout).toContain('Every gateway serves it.');
  });

  it('ends a session that holds the row in a transaction', async () => {
    const { app } = await createApp(database.db);
    await promote(database.db, app, 'b');
    const stuck = new Client({ connectionString: database.url, application_name: 'half-gone' });
    const ended = new Promise((resolve) => stuck.on('error', resolve));
    await stuck.connect();
    await stuck.query('begin');
    await stuck.query('select from split where app = $1 for update', [app]);
    const ran = await press(app);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('ended a session of half-gone');
    await ended;
  });

  it.each([
    ['an app that is not there', ['nobody'], 3],
    ['a revision that is not there', ['', '--to', 'nothing'], 3],
  ])('refuses %s', async (_what, [name = '', ...more], code) => {
    const { app } = await createApp(database.db);
    expect(await press(name === '' ? app : name, ...more)).toMatchObject({ code, stdout: '' });
  });

  it('cannot tell where the database is away: 5', async () => {
    const env = { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' };
    const ran = await sluice(['rollback', 'a', '--direct'], { cwd: folder.path, env });
    expect(ran).toMatchObject({ code: 5, stdout: '' });
  });
});
