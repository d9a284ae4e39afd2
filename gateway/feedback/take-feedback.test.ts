import { randomBytes } from 'node:crypto';
import { createDataKeys } from '../../program/data-keys.ts';
import type { Caller } from '../callers/caller.ts';
import { createSplitTokens } from '../split/split-tokens.ts';
import { createAssignmentTokens } from '../routing/assignment-token.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createAnswerIds, newAnswerRef } from './answer-ids.ts';
import { createFeedback } from './take-feedback.ts';

const environment = 'production';
const keys = createDataKeys([randomBytes(32)]);
const ids = createAnswerIds(keys, environment);
const day = 24 * 60 * 60 * 1000;

const caller = (apps: string[], scopes = ['feedback']): Caller => ({
  kind: 'key',
  key: { ...{ id: 'k', name: 'mine', hash: '', apps, scopes }, requestsPerMinute: 1, inFlight: 1 },
});

function setUp() {
  const clock = manualClock();
  const tokens = createAssignmentTokens(keys, clock);
  const stored = new Map<string, { readonly value: unknown; readonly arm: string; readonly at?: string }>();
  const take = createFeedback({
    ...{ clock, tokens, ids, environment },
    splits: createSplitTokens(keys, clock),
    store: (told) => {
      const full = told
        .filter(({ name }) => name === 'one-too-many')
        .map(({ ref, name }) => [ref, name] as const);
      const kept = told.flatMap(({ ref, name, value, arm, at }) => {
        if (name === 'one-too-many' || stored.has(`${ref}/${name}`)) return [];
        stored.set(`${ref}/${name}`, { value, arm, ...(at === undefined ? {} : { at }) });
        return [[ref, name] as const];
      });
      return Promise.resolve({ kept, full });
    },
  });
  const answer = (prefix = 'chatcmpl-', app = 'bank', agoMs = 0) =>
    prefix +
    ids.sign({
      ...{ app, arm: 'candidate', splitVersion: 3, ref: newAnswerRef() },
      answeredMs: clock.epochMs() - agoMs,
    });
  return { take, tokens, stored, answer };
}

const thumb = { name: 'thumb', value: 'down' };

it.each([['chatcmpl-'], ['resp_'], ['msg_'], ['']])(
  'takes the id of an answer with the prefix "%s"',
  async (prefix) => {
    const { take, stored, answer } = setUp();
    expect(await take(caller(['bank']), { response: answer(prefix), ...thumb })).toEqual({
      ...{ accepted: 1, items: [{ status: 'accepted' }] },
    });
    expect([...stored.values()]).toEqual([{ value: 'down', arm: 'candidate' }]);
  },
);

it('takes an assignment of this environment', async () => {
  const { take, tokens, stored } = setUp();
  const given = { app: 'bank', revision: 'rev_1', version: 3, environment } as const;
  const assignment = tokens.sign({ ...given, arm: 'lease-expired' });
  expect(await take(caller(['bank']), { assignment, ...thumb })).toMatchObject({ accepted: 1 });
  expect([...stored.values()]).toEqual([{ value: 'down', arm: 'stable' }]);
  const other = tokens.sign({ ...given, arm: 'candidate', environment: 'staging' });
  await expect(take(caller(['bank']), { assignment: other, ...thumb })).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

it('says of each of several what became of it, and stores what is good', async () => {
  const { take, stored, answer } = setUp();
  const response = answer();
  const items = [
    { response, ...thumb },
    { response, name: 'thumb', value: 'up' },
    { response: answer('chatcmpl-', 'other'), ...thumb },
    { response: answer('chatcmpl-', 'bank', 7 * day + 1), ...thumb },
    { response: answer('chatcmpl-', 'bank', 7 * day - 1), ...thumb },
    { response, assignment: 'x', ...thumb },
    { response, name: 'Thumb', value: 'down' },
    { response, name: 'note', value: 'x'.repeat(101) },
    { response, ...thumb, at: 'yesterday' },
    { response, ...thumb, at: '0000-01-01T00:00:00Z' },
    { response, name: 'note', value: 'a\u0000' },
    { response, name: 'note', value: '\ud800' },
    { response, name: 'note', value: Infinity },
    { response: 'chatcmpl-1234', ...thumb },
    { response, name: 'one-too-many', value: 1 },
    null,
  ];
  const { accepted, items: became } = await take(caller(['bank']), { items });
  expect(accepted).toBe(2);
  expect(became.map(({ status }) => status)).toEqual([
    ...['accepted', 'repeated', 'refused', 'refused', 'accepted'],
    ...Array.from({ length: 11 }, () => 'refused'),
  ]);
  expect(became[2]).toMatchObject({ why: expect.stringContaining('"other"') as string });
  expect(became[3]).toMatchObject({ why: expect.stringContaining('7 days') as string });
  expect(stored.size).toBe(2);
});

it.each([
  ['2026-11-30T10:00:00+23:59', '2026-11-29T10:01:00.000Z'],
  ['2099-12-31T23:59:59-23:59', '2100-01-01T23:58:59.000Z'],
  [`2026-11-30T10:00:00.${'1'.repeat(500)}Z`, '2026-11-30T10:00:00.111Z'],
])('keeps the time %.40s in a form that every database takes', async (at, kept) => {
  const { take, stored, answer } = setUp();
  expect(await take(caller(['bank']), { response: answer(), ...thumb, at })).toMatchObject({ accepted: 1 });
  expect([...stored.values()]).toMatchObject([{ at: kept }]);
});

it.each([
  ['somebody without a key', { kind: 'anonymous' }, 'unauthenticated'],
  ['a key for calls', caller(['bank'], ['call']), 'forbidden'],
  ['the key of another app', caller(['other']), 'forbidden'],
] as const)('is not for %s', async (_what, by, code) => {
  const { take, stored, answer } = setUp();
  await expect(take(by, { response: answer(), ...thumb })).rejects.toMatchObject({ code });
  expect(stored.size).toBe(0);
});

it.each([
  ['too many', { items: Array.from({ length: 1_001 }, () => null) }, /<=1000 items/],
  ['none', { items: [] }, />=1 items/],
  ['items beside one', { items: [null], name: 'thumb' }, /"name"/],
  ['no value', { response: 'x', name: 'thumb', value: null }, /one line and at most 100 characters[^]*value/],
  ['a list', [{ response: 'x', name: 'thumb', value: 1 }], /expected object/],
])('says what is wrong with %s', async (_what, body, message) => {
  await expect(setUp().take(caller(['bank']), body)).rejects.toThrow(message);
});
