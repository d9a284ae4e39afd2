import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { bucketOf } from '../domain/split/bucket.ts';
import { bucketsOf } from '../domain/split/split.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  anthropicTarget,
  ask,
  createApp,
  environment,
  internalToken,
  openaiTarget,
  publish,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();
const subjects = Array.from({ length: 60 }, (_, i) => `subject-${i}`);

const servesVersion = (url: string, app: string, version: number) =>
  waitFor(async () => (await ask(url, app)).version >= version, { what: `version ${version} of ${app}` });

describe('the split', () => {
  it('keeps every subject on its arm in every gateway, and a raise moves only towards the candidate (15, 16, 17)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { candidate, releaseId, version, raise } = await release(db, app, { weight: 25 });
    const [a, b] = await Promise.all([gateways.start(), gateways.start()]);
    const armsOf = async (url: string, weight: number) => {
      const answers = await Promise.all(
        subjects.map((subject) => ask(url, app, { headers: { 'x-sluice-subject': subject } })),
      );
      for (const [i, { arm, digest, status }] of answers.entries()) {
        const onCandidate = bucketOf(releaseId, subjects[i]!) < bucketsOf(weight);
        expect({ status, arm, digest }).toEqual({
          status: 200,
          arm: onCandidate ? 'candidate' : 'stable',
          digest: onCandidate ? candidate : stable,
        });
      }
      return answers.map(({ arm }) => arm);
    };
    const before = await armsOf(a.url, 25);
    expect(await armsOf(b.url, 25)).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['stable', 'candidate']));
    const raised = await raise(60, version);
    await Promise.all([servesVersion(a.url, app, raised), servesVersion(b.url, app, raised)]);
    const after = await armsOf(a.url, 60);
    expect(after.filter((arm, i) => before[i] === 'candidate' && arm !== 'candidate')).toEqual([]);
    expect(after.filter((arm) => arm === 'candidate').length).toBeGreaterThan(
      before.filter((arm) => arm === 'candidate').length,
    );
  });

  it('takes the subject from the protocols’ own user fields', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    await release(db, app, { weight: 50 });
    const { url } = await gateways.start();
    for (const subject of subjects.slice(0, 10)) {
      const { arm } = await ask(url, app, { headers: { 'x-sluice-subject': subject } });
      expect((await ask(url, app, { user: subject })).arm).toBe(arm);
      expect((await ask(url, app, { safety_identifier: subject })).arm).toBe(arm);
    }
  });

  it('keeps a conversation on its revision, except at a rollback', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { url } = await gateways.start();
    const talk = (subject: string) =>
      ask(url, app, {
        headers: { 'x-sluice-subject': subject, 'x-sluice-conversation': `talk-of-${subject}` },
      });
    await waitFor(async () => (await talk('ada')).status === 200, { what: 'the app' });
    const { version, candidate } = await release(db, app, { weight: 100 });
    await servesVersion(url, app, version);
    expect(await talk('ada')).toMatchObject({ digest: stable, reason: 'conversation' });
    expect(await talk('bob')).toMatchObject({ digest: candidate, reason: 'weight' });
    const taken = await rollback(db, {
      app,
      environment,
      operationId: 'r',
      actor: 'user:ada',
      reason: 'bad',
    });
    await servesVersion(url, app, taken.version);
    expect(await talk('bob')).toMatchObject({ digest: stable, reason: 'candidate-withdrawn' });
  });
});

describe('the official clients', () => {
  it.each([
    ['openai', openaiTarget],
    ['anthropic', anthropicTarget],
  ])('get answers from %s, streamed and whole, by every endpoint', async (_name, target) => {
    const { app } = await createApp(gateways.stage.db, { chain: [target], parameters: { max_tokens: 200 } });
    const { url } = await gateways.start();
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const chat = await openai.chat.completions.create({ model: app, messages });
    const text = chat.choices[0]?.message.content;
    expect(text).toMatch(/\w/);
    let streamed = '';
    for await (const chunk of await openai.chat.completions.create({ model: app, messages, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    expect(streamed).toBe(text);
    const response = await openai.responses.create({ model: app, input: 'hello', store: false });
    expect(response.output_text).toBe(text);
    const { data: message, response: asked } = await anthropic.messages
      .create({ model: app, messages, max_tokens: 100 })
      .withResponse();
    expect(message.content).toMatchObject([{ type: 'text', text }]);
    expect(asked.headers.get('x-sluice-max-tokens')).toBeNull();
    const lowered = await anthropic.messages.create({ model: app, messages, max_tokens: 9_000 }).asResponse();
    expect(lowered.headers.get('x-sluice-max-tokens')).toBe('200');
    const final = await anthropic.messages.stream({ model: app, messages, max_tokens: 100 }).finalMessage();
    expect(final.content).toMatchObject([{ type: 'text', text }]);
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain(app);
  });
});

describe('rendering', () => {
  const template =
    '---\ninput:\n  schema:\n    name: string\n---\n{{role "system"}}You serve {{name}}.{{history}}';

  it('renders the prompt, and says what is missing', async () => {
    const { app } = await createApp(gateways.stage.db, { prompts: { main: { template } } });
    const { url } = await gateways.start();
    expect((await ask(url, app, { sluice: { variables: { name: 'Ada' } } })).status).toBe(200);
    const failed = await ask(url, app);
    expect(failed.status).toBe(400);
    expect(failed.body.error).toMatchObject({ code: 'rendering_failed' });
    expect(failed.body.error?.message).toContain('name');
  });

  it("refuses a caller's system message beside a template", async () => {
    const { app } = await createApp(gateways.stage.db, { prompts: { main: { template: 'Hi {{history}}' } } });
    const { url } = await gateways.start();
    const messages = [
      { role: 'system', content: 'obey' },
      { role: 'user', content: 'hello' },
    ];
    expect((await ask(url, app, { messages })).body.error?.message).toContain('system message');
  });

  it('answers by stable what only the candidate cannot render', async () => {
    const { app, stable } = await createApp(gateways.stage.db);
    await release(gateways.stage.db, app, { weight: 100, content: { prompts: { main: { template } } } });
    const { url } = await gateways.start();
    expect(await ask(url, app)).toMatchObject({
      status: 200,
      reason: 'rescued',
      arm: 'stable',
      digest: stable,
    });
  });
});

describe('pins', () => {
  it('answer by the pinned revision only those who have the internal token', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const digest = await publish(db, app, 'unreleased', { chain: [openaiTarget, anthropicTarget] });
    const { url } = await gateways.start();
    const pin = { 'x-sluice-pin': digest };
    expect((await ask(url, app, { headers: pin })).status).toBe(403);
    expect((await ask(url, app, { headers: { ...pin, 'x-sluice-internal-token': 'wrong' } })).status).toBe(
      403,
    );
    const headers = { ...pin, 'x-sluice-internal-token': internalToken };
    expect(await ask(url, app, { headers })).toMatchObject({
      status: 200,
      digest,
      arm: 'pinned',
      reason: 'pinned',
    });
    const second = await ask(url, app, { headers: { ...headers, 'x-sluice-target': '1' } });
    expect(second.body.model).toContain('sonata');
    expect(second.headers.get('x-sluice-target')).toBe('2 anthropic/sonata-large');
    expect((await ask(url, app, { headers: { ...headers, 'x-sluice-target': '2' } })).status).toBe(400);
    expect((await ask(url, app, { headers: { ...headers, 'x-sluice-pin': 'nothing' } })).status).toBe(404);
  });
});

it('refuses a candidate that it cannot serve, says why, and serves stable on', async () => {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db);
  const { url } = await gateways.start({ gatewayId: 'refuser' });
  await waitFor(async () => (await ask(url, app)).status === 200, { what: 'the app' });
  const { version } = await release(db, app, {
    weight: 100,
    content: { chain: [{ provider: 'unknown', model: 'x' }] },
  });
  const row = await waitFor(
    async () => {
      const { rows } = await db.query<{
        acks: Record<string, number>;
        refusals: Record<string, { version: number; reason: string }>;
      }>(`select acks, refusals from gateway_instance where id = 'refuser' and refusals ? $1`, [app]);
      return rows[0];
    },
    { what: 'the refusal' },
  );
  expect(row.refusals[app]).toMatchObject({
    version,
    reason: expect.stringContaining('no provider "unknown"') as string,
  });
  expect(row.acks[app]).toBeUndefined();
  expect(await ask(url, app)).toMatchObject({ status: 200, arm: 'stable', digest: stable });
});
