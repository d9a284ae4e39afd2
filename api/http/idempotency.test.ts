import { randomUUID } from 'node:crypto';
import { beginIdempotent } from '../../config-store/idempotency/begin-idempotent.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import type { App } from '../schemas/apps.ts';
import type { PublishedRevision } from '../schemas/revisions.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { content, createBank } from '../test-fixtures/bank.ts';

const api = useApi();
const newName = () => `app-${randomUUID().slice(0, 8)}`;

it('answers a repeat as the first was answered (invariant 18)', async () => {
  const call = { body: { name: newName() }, key: randomUUID() };
  const first = await api.post<App>('/v1/apps', call);
  const again = await api.post<App>('/v1/apps', call);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
});

it('keeps the keys of each caller and of each operation apart', async () => {
  const key = randomUUID();
  const name = newName();
  await api.post('/v1/apps', { body: { name }, key });
  const other = await api.post<App>('/v1/apps', { as: 'releaser', body: { name: newName() }, key });
  expect(other.status).toBe(201);
  const body = { app: name, label: 'v1', content: content('one') };
  expect((await api.post<PublishedRevision>('/v1/revisions', { body, key })).status).toBe(201);
});

it('refuses a key that was used for another body', async () => {
  const key = randomUUID();
  await api.post('/v1/apps', { body: { name: newName() }, key });
  const { status, body } = await api.post<ProblemBody>('/v1/apps', { body: { name: newName() }, key });
  expect([status, body.code]).toEqual([409, 'conflict']);
});

it('lets nobody act while the first is under way', async () => {
  const key = randomUUID();
  const body = { name: newName(), sampling: 'off' };
  const scope = 'token:admin post /v1/apps';
  await beginIdempotent(api.db, { scope, key, requestDigest: digestOf(body) });
  const { status, body: problem } = await api.post<ProblemBody>('/v1/apps', { body, key });
  expect([status, problem.detail]).toEqual([
    409,
    'The first request with this Idempotency-Key is still under way.',
  ]);
});

it('does not keep a failure: the same key can be tried again, also with another body', async () => {
  const { app } = await createBank(api.db);
  const key = randomUUID();
  const bad = { app, label: 'a', content: content('other') };
  expect((await api.post('/v1/revisions', { body: bad, key })).status).toBe(409);
  expect((await api.post('/v1/revisions', { body: { ...bad, label: 'z' }, key })).status).toBe(201);
});

it.each(['', 'with space', 'x'.repeat(201), 'ü'])('refuses the key %p', async (key) => {
  const response = await fetch(`${api.url}/v1/apps`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${api.tokens.admin}`,
      'idempotency-key': key,
    },
    body: JSON.stringify({ name: newName() }),
  });
  expect(response.status).toBe(400);
});
