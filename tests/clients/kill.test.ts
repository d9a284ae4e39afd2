import { join } from 'node:path';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  keyFor,
  release,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';
import { clientLanguages, useDrivenClients, type DrivenClient } from './test-fixtures/driven-client.ts';

const gateways = useGateways();
const drive = useDrivenClients();
const ok = { outcome: 'ok', latencyMs: 20 } as const;

/** Who is known of the app's processes, and how many requests of it are counted. */
async function known(app: string) {
  const { db } = gateways.stage;
  const [clients, counted] = await Promise.all([
    db.query<{ boot: string; version: number }>(
      'select boot_id as boot, version::int from split_client where app = $1 order by started_at',
      [app],
    ),
    db.query<{ count: number }>(
      `select coalesce(sum((counts->>'admitted')::int), 0)::int as count from arm_counter where app = $1`,
      [app],
    ),
  ]);
  return { clients: clients.rows, counted: counted.rows[0]?.count };
}

const onCandidate = (client: DrivenClient) =>
  waitFor(async () => (await client.decide('ada')).arm === 'candidate', { what: 'the candidate' });

const allTaken = (client: DrivenClient) =>
  waitFor(async () => (await client.state()).reportsWaiting === 0, { what: 'reports to be taken' });

async function optionsFor(app: string, urls: readonly string[]) {
  const { db, folder } = gateways.stage;
  const { key } = await keyFor(db, app);
  const stateDirectory = join(folder, 'killed', app);
  return { ...{ app, key, gateways: urls, stateDirectory }, name: 'worker-1', startTimeoutMs: 60_000 };
}

describe.each(clientLanguages())('a client for $language', (language) => {
  it('that is killed is named by a rollback until another process of its name has acked, and begins on stable (7, 19)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const proxy = await gateways.proxyTo((await gateways.start()).url);
    const options = await optionsFor(app, [proxy.url]);
    const first = drive(language);
    await first.start(options);
    await onCandidate(first);
    await waitFor(async () => (await known(app)).clients.length === 1, { what: 'its ack' });
    await first.kill();
    const by = { app, environment, operationId: 'r', actor: 'user:ada', reason: 'bad' };
    const { version } = await rollback(db, by);
    const confirm = () => confirmRollback(db, { app, environment, version });
    await waitFor(async () => (await confirm()).silent.includes('client worker-1'), {
      what: 'it to be silent',
    });
    expect((await confirm()).confirmed).toBe(false);
    await proxy.cut();
    const second = drive(language);
    await second.start(options);
    // It has what the first one had acked, and no lease.
    const decision = await second.decide('ada');
    expect(decision).toMatchObject({ arm: 'stable', reason: 'lease-expired', splitVersion: version - 1 });
    expect(decision.revision.digest).toBe(stable);
    await proxy.mend();
    await waitFor(async () => (await confirm()).confirmed, { what: 'the rollback to be confirmed' });
    expect((await second.state()).splitVersion).toBe(version);
  });

  it('has its outcomes counted once, over processes that are killed and gateways that begin anew (21)', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    await release(db, app, { weight: 50 });
    const all = [await gateways.start(), await gateways.start()];
    const ports = all.map(({ url }) => Number(new URL(url).port));
    const options = await optionsFor(
      app,
      all.map(({ url }) => url),
    );
    const first = drive(language);
    await first.start(options);
    const decisions = await Promise.all(Array.from({ length: 20 }, (_, i) => first.decide(`subject-${i}`)));
    for (const decision of decisions) await first.report(decision, ok);
    await allTaken(first);
    // What was not sent when it was killed is in neither arm.
    await first.report(await first.decide('never-told'), ok);
    await first.kill();
    for (const gateway of all) await gateways.stop(gateway);
    for (const port of ports) await gateways.start({ port });
    const second = drive(language);
    await second.start(options);
    for (const { proof } of decisions) {
      const { decidedMs } = await second.decide('ada');
      await second.report({ proof, decidedMs }, ok);
    }
    await second.report(await second.decide('told-after-all'), ok);
    await allTaken(second);
    const { reportsDropped } = await second.state();
    expect(reportsDropped).toBe(0);
    const { counted = 0 } = await waitFor(
      async () => {
        const now = await known(app);
        return (now.counted ?? 0) >= 21 ? now : undefined;
      },
      { what: 'all to be counted' },
    );
    // The one that was under way when the process was killed may or may not have come through.
    expect(counted === 21 || counted === 22).toBe(true);
  });

  it('leaves a gateway for the next one when all packets to it are lost (19)', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { raise, version } = await release(db, app, { weight: 50 });
    const [one, other] = [await gateways.start(), await gateways.start()];
    const ways = [await gateways.proxyTo(one.url), await gateways.proxyTo(other.url)];
    const options = await optionsFor(
      app,
      ways.map(({ url }) => url),
    );
    const client = drive(language);
    await client.start(options);
    // One of both ways, whichever it is that it hears by.
    ways[0]?.stall();
    const raised = await raise(100, version);
    await client.report(await client.decide('ada'), ok);
    await waitFor(async () => (await client.state()).splitVersion === raised, { what: 'the newer split' });
    await allTaken(client);
    await waitFor(async () => (await known(app)).clients.at(-1)?.version === raised, { what: 'its ack' });
  });
});

const python = clientLanguages().filter(({ language }) => language === 'Python');

describe.each(python)('a process that is forked from one with a client for $language', (language) => {
  it('is on stable until it has heard of the lease itself, acks, and tells what it was told (19, 21)', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    await release(db, app, { weight: 100 });
    const client = drive(language);
    await client.start(await optionsFor(app, [(await gateways.start()).url]));
    await onCandidate(client);
    expect(await client.decideInChild('ada')).toEqual(['lease-expired', 'weight']);
    // The parent goes on, and both were heard of.
    expect(await client.decide('ada')).toMatchObject({ arm: 'candidate' });
    await waitFor(
      async () => {
        const { clients, counted } = await known(app);
        return new Set(clients.map(({ boot }) => boot)).size === 2 && counted === 1;
      },
      { what: 'both, and the report of the child' },
    );
  });
});
