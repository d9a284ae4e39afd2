import { bucketOf } from '../../domain/split/bucket.ts';
import type { GatewayKey, KeyScope } from '../../domain/access/gateway-key.ts';
import type { Caller } from '../callers/caller.ts';
import { isAudience } from './audience-of-caller.ts';
import { chooseRevision } from './choose-revision.ts';
import { noteDealt } from './note-dealt.ts';
import { servedAt } from './test-fixtures/choose-revision.ts';
import { subjectOf } from './subject.ts';

const audience = { weight: 50, labels: { tenant: ['acme'] }, subjects: ['ada'] };
const counting = { releaseId: 'r', shortHorizonMs: 5_000, longHorizonMs: 60_000, audience };
const servedFirst = (weight = 0) => {
  const served = servedAt(weight);
  return { ...served, split: { ...served.split, counting } };
};
const names = Array.from({ length: 400 }, (_, i) => `user-${i}`);
const inHalf = names.find((name) => bucketOf('x', name) < 5_000) ?? '';
const beyond = names.find((name) => bucketOf('x', name) >= 5_000) ?? '';

const choose = (more: object, weight = 0) => {
  const { revision, ...route } = chooseRevision({
    ...{ served: servedFirst(weight), candidateIsFresh: true, subject: inHalf, isMember: true },
    ...more,
  });
  return { digest: revision.digest, ...route };
};

describe('while the audience alone has the candidate', () => {
  it('deals its members to both arms by their buckets, and counts them', () => {
    expect(choose({})).toMatchObject({
      ...{ digest: 'C', reason: 'audience', countedArm: 'candidate', dealt: 'candidate' },
    });
    expect(choose({ subject: beyond })).toMatchObject({
      ...{ digest: 'S', reason: 'audience', countedArm: 'stable', dealt: 'stable' },
    });
  });

  it('gives it to nobody else, whatever they bring, and counts them in no arm', () => {
    const none = { digest: 'S', arm: 'stable', countedArm: undefined, dealt: undefined };
    for (const subject of names) expect(choose({ subject, isMember: false })).toMatchObject(none);
    expect(choose({ isMember: false, conversation: 'C' })).toMatchObject({
      ...none,
      reason: 'candidate-withdrawn',
    });
  });

  it('ends with the lease for members as well (19)', () => {
    const over = { digest: 'S', reason: 'lease-expired', countedArm: 'lease-expired' };
    expect(choose({ candidateIsFresh: false })).toMatchObject(over);
    expect(choose({ candidateIsFresh: false, assigned: 'C' })).toMatchObject(over);
  });

  it('draws for the check of the split as whoever asks is dealt, and for nobody else', () => {
    const drawn = { candidate: 0, stable: 0 };
    const parts = {
      view: { candidateIsFresh: () => true },
      counters: { draw: ({ arm }: { readonly arm: 'candidate' | 'stable' }) => void (drawn[arm] += 1) },
      seen: { note: () => undefined },
    };
    const served = servedFirst();
    const note = (isMember: boolean) => {
      for (const subject of names) {
        const route = chooseRevision({ served, candidateIsFresh: true, subject, isMember });
        noteDealt(parts, served, { route, subjectHash: subject, isMember });
      }
    };
    note(false);
    expect(drawn).toEqual({ candidate: 0, stable: 0 });
    note(true);
    expect(drawn.candidate + drawn.stable).toBe(names.length);
    expect(Math.abs(drawn.candidate - names.length / 2)).toBeLessThan(60);
  });
});

it('keeps members on the candidate in smaller shares, uncounted, and counts all others by the weight', () => {
  const member = choose({}, 5);
  expect(member).toMatchObject({ digest: 'C', reason: 'audience', countedArm: undefined, dealt: undefined });
  const others = names.map((subject) => choose({ subject, isMember: false }, 5));
  others.forEach(({ countedArm, dealt }, i) => {
    const arm = bucketOf('x', names[i] ?? '') < 500 ? 'candidate' : 'stable';
    expect({ countedArm, dealt }).toEqual({ countedArm: arm, dealt: arm });
  });
  expect(choose({}, 50)).toMatchObject({ digest: 'C', reason: 'weight', countedArm: 'candidate' });
});

it('believes labels of keys that may say them, and of nobody else', () => {
  const keyed = (...scopes: KeyScope[]): Caller => ({
    kind: 'key',
    key: { scopes } as unknown as GatewayKey,
  });
  const asking = { subject: subjectOf(undefined, undefined), labels: { tenant: 'acme' } };
  expect(isAudience(servedFirst(), keyed('call', 'labels'), asking)).toBe(true);
  expect(isAudience(servedFirst(), keyed('call'), asking)).toBe(false);
  expect(isAudience(servedFirst(), { kind: 'anonymous' }, asking)).toBe(false);
  const named = { subject: subjectOf('ada', undefined), labels: {} };
  expect(isAudience(servedFirst(), keyed('call'), named)).toBe(true);
  expect(isAudience(servedAt(0), keyed('call', 'labels'), asking)).toBe(false);
});
