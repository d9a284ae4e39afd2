import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Webhook as Verifier } from 'standardwebhooks';
import { answerRehearsal } from '../../config-store/gateway-view/rehearsals.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { setReleaseState } from '../../config-store/releases/progress/set-release-state.ts';
import { rehearseWaysBack } from '../../config-store/splits/rehearsal.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  plan,
  promote,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import {
  giveUpMessages,
  readWebhookStock,
  takeDueMessages,
} from '../../config-store/webhooks/webhook-message.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { startMessenger, type Messenger } from './messenger.ts';
import { webhooksSchema } from './webhooks.ts';

const store = useDatabase();
const log = pino({ level: 'silent' });
const [former, newer] = ['a'.repeat(32), 'b'.repeat(32)].map(
  (text) => `whsec_${Buffer.from(text).toString('base64')}`,
) as [string, string];

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const heard: Heard[] = [];
/** What the receiver answers next, in turn; 200 where nothing is said. `hang`: nothing at all. */
const answers: (number | 'hang')[] = [];
let receiver: Server;
let url: string;
const messengers: Messenger[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.shift() ?? 200;
      if (answer === 'hang') return;
      response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
});
beforeEach(async () => {
  heard.length = 0;
  answers.length = 0;
  await store.db.query('delete from webhook_message');
});
afterEach(async () => {
  await Promise.all(messengers.splice(0).map((each) => each.stop()));
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

function startOne(): Messenger {
  const webhooks = webhooksSchema.parse(JSON.stringify({ ops: { url, secrets: [newer, former] } }));
  const messenger = startMessenger({
    ...{ db: store.db, webhooks, publicUrl: 'https://sluice.example.com/', log },
    ...{ everyMs: 10, retryMs: 10 },
  });
  messengers.push(messenger);
  return messenger;
}

const telling = { ...plan, notify: [{ to: 'ops' }] };

async function canary(by = telling) {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'v2', by);
  await raise(store.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  return { app, release: opened.release };
}

const press = (app: string) =>
  rollback(store.db, {
    ...{ app, environment, actor: 'token:ada', reason: 'answers of <!channel> & co are wrong' },
    operationId: randomUUID(),
  });

const untilHeard = (count: number) =>
  waitFor(() => Promise.resolve(heard.length >= count || undefined), { what: `${count} messages` });
const untilDelivered = () =>
  waitFor(async () => (await readWebhookStock(store.db)).every(({ waiting }) => waiting === 0) || undefined, {
    what: 'everything delivered',
  });
const eventsWaiting = async () =>
  (await takeDueMessages(store.db, { webhook: 'ops', limit: 50 })).map(({ event }) => event);

function read({ headers, body }: Heard) {
  expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  // By the reference library, with each of both secrets alone.
  for (const secret of [former, newer]) new Verifier(secret).verify(body, flat);
  expect(() => new Verifier(former).verify(`${body} `, flat)).toThrow();
  return { id: flat['webhook-id'], event: JSON.parse(body) as Record<string, unknown> };
}

it('tells of a rollback that was committed while no API ran, once by its id, signed by both secrets', async () => {
  const { app, release } = await canary();
  await press(app);
  startOne();
  await untilDelivered();
  expect(heard).toHaveLength(1);
  const { id, event } = read(heard[0] as Heard);
  expect(event).toMatchObject({
    ...{ specversion: '1.0', id, type: 'sluice.rolled_back.v1', subject: release.id },
    source: `/sluice/production/${app}`,
    text: `${app} in production: v2 was rolled back by ada: answers of &lt;!channel&gt; &amp; co are wrong. https://sluice.example.com/ui/r/${release.id}`,
    data: { event: 'rolled_back', app, release: release.id, revision: 'v2', decidedBy: 'token:ada' },
  });
});

it('sends again under the same id what a process took and died with, and what hangs, fails or redirects', async () => {
  const { app } = await canary();
  await press(app);
  // It took the message, and was killed before it sent it.
  expect(await takeDueMessages(store.db, { webhook: 'ops', limit: 5, retryMs: 1 })).toHaveLength(1);
  answers.push('hang');
  const killed = startOne();
  await untilHeard(1);
  await killed.stop();
  answers.push(500, 302);
  startOne();
  await untilDelivered();
  const ids = heard.map((each) => read(each).id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(1);
  expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
});

it('takes 410 for an end, gives up after a day, and shows both as dead', async () => {
  await press((await canary()).app);
  answers.push(410);
  const messenger = startOne();
  await waitFor(async () => (await readWebhookStock(store.db)).find(({ dead }) => dead === 1), {
    what: 'the dead letter',
  });
  await messenger.stop();
  await press((await canary()).app);
  await store.db.query(`update webhook_message set created_at = created_at - interval '25 hours'`);
  expect(await giveUpMessages(store.db)).toBe(1);
  expect(await readWebhookStock(store.db)).toMatchObject([{ webhook: 'ops', waiting: 0, dead: 2 }]);
});

it('tells what the plan names, and nothing else; of blocks, pauses, undecided gates and approvals', async () => {
  await press((await canary({ ...plan, notify: [{ to: 'ops', of: ['blocked'] }] } as never)).app);
  await press((await canary(plan as never)).app);
  expect(await eventsWaiting()).toEqual([]);
  for (const outcome of ['blocked', 'inconclusive'] as const) {
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'v2', telling);
    await closeRelease(store.db, {
      releaseId: release.id,
      outcome,
      reason: 'it is so',
      actor: 'system:release',
    });
  }
  const { release } = await canary();
  const paused = {
    releaseId: release.id,
    to: 'paused',
    reason: 'to look at it',
    actor: 'token:ada',
  } as const;
  await setReleaseState(store.db, paused);
  await store.db.query(
    `update release set waits_on = 'approval', waits_for = '1 approval of ai-leads' where id = $1`,
    [release.id],
  );
  const told = await takeDueMessages(store.db, { webhook: 'ops', limit: 50 });
  expect(told.map(({ event }) => event).sort()).toEqual([
    'blocked',
    'inconclusive',
    'needs_approval',
    'paused',
  ]);
});

it('tells once that the way back is dead, though each gateway finds it', async () => {
  const { app, a } = await createApp(store.db);
  await promote(store.db, app, 'b');
  const { release } = await startRelease(store.db, app, 'c', telling);
  await closeRelease(store.db, {
    ...{ releaseId: release.id, outcome: 'aborted', reason: 'for its plan', actor: 'token:ada' },
  });
  await rehearseWaysBack(store.db);
  for (const gatewayId of ['g1', 'g2']) {
    const of = { gatewayId, bootId: 'boot', environment };
    await heartbeat(store.db, { ...of, acks: {}, refusals: {}, fingerprint: {} });
    const dead = { app, revision: a, outcome: 'dead', reason: 'openai/a: 401 no_key' } as const;
    await answerRehearsal(store.db, { ...of, ...dead });
  }
  expect(await takeDueMessages(store.db, { webhook: 'ops', limit: 50 })).toMatchObject([
    { event: 'way_back_dead', app, facts: { label: 'a', reason: 'openai/a: 401 no_key' } },
  ]);
});

it('never ends a rollback, whatever a plan says', async () => {
  const { app } = await canary({ ...plan, notify: [7, { to: null }] } as never);
  expect(await press(app)).toMatchObject({ kind: 'done' });
});

it('takes no address but https and loopback, and repeats no secret in what it says', () => {
  const parse = (webhook: object) =>
    webhooksSchema.safeParse(JSON.stringify({ ops: { url, secrets: [newer], ...webhook } }));
  expect(parse({}).success).toBe(true);
  for (const wrong of ['http://10.0.0.1/x', 'ftp://127.0.0.1/x', 'https://me:pw@x.example/'])
    expect(JSON.stringify(parse({ url: wrong }).error?.issues)).not.toContain(wrong);
  expect(parse({ url: 'http://10.0.0.1/x' }).success).toBe(false);
  expect(parse({ secrets: ['whsec_c2hvcnQ='] }).success).toBe(false);
  expect(webhooksSchema.safeParse('{').success).toBe(false);
});
