import { replicaLook, servedText } from './served-words.ts';

const served = { app: 'bank', state: 'serving', version: 7, wanted: 7, stable: 'a', weight: 25 } as const;
const replica = {
  id: 'eu-1',
  kind: 'gateway',
  live: true,
  heartbeatAgeMs: 10,
  serving: 1,
  of: 1,
  apps: [served],
} as const;

it('says what a replica serves, and what is set where that is something else', () => {
  expect(servedText({ ...served, candidate: 'b' })).toBe('a, b at 25 % · v7');
  expect(servedText({ ...served, state: 'waiting', version: 6 })).toBe('v6, set is v7: a');
  expect(servedText({ ...served, state: 'waiting', version: undefined })).toBe('nothing yet, set is v7: a');
});

it('calls no replica well that is gone, behind or refuses', () => {
  expect(replicaLook({ ...replica, apps: [served] }).word).toBe('serving');
  expect(replicaLook({ ...replica, apps: [served], live: false }).word).toBe('gone');
  expect(replicaLook({ ...replica, serving: 0, apps: [{ ...served, state: 'waiting' }] }).word).toBe(
    'behind',
  );
  expect(replicaLook({ ...replica, serving: 0, apps: [{ ...served, state: 'refused' }] }).tone).toBe('bad');
});
