import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { createApp, environment, promote } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const database = useDatabase();
const folder = useFolder();

it('heals a split with a database and nothing else, and says what it found of the revisions', async () => {
  const { app, a } = await createApp(database.db);
  await promote(database.db, app, 'b');
  const press = (...args: string[]) =>
    sluice([...args, '--direct'], { cwd: folder.path, env: { DATABASE_URL: database.url } });
  await heartbeat(database.db, {
    ...{ gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} },
    ahead: { [app]: { version: 9, stable: a, weight: 0, told: 3 } },
  });
  const ran = await press('split', 'heal', app, '--reason', 'restored the backup');
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain(
    `healed: a serves ${app} (split v10). The database had v3; g1 had served a newer one.`,
  );
  expect(ran.stdout).toContain(`b is marked bad: gateways had left it for something older`);
  expect(ran.stderr).toContain('sluice: outcome=healed code=0');
  expect((await press('split', 'heal', app)).stdout).toMatch(/^already: a serves /);
  const healed = (await listAudit(database.db, { app })).items.find(({ action }) => action === 'split.heal');
  expect(healed).toMatchObject({ actor: expect.stringMatching(/^break-glass:./) as unknown });
});
