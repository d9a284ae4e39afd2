import type { ReleaseLine } from '../api/types.ts';
import { freshnessOf, isStaleRow, newest } from './freshness.ts';
import { continues, hear, nothingHeard, type LiveState } from './live-state.ts';

const at = '2026-11-23T14:20:31.000Z';

function row(more: Partial<ReleaseLine> = {}): ReleaseLine {
  return {
    ...{ id: 'rel_1', app: 'bank', environment: 'production', label: 'b', state: 'progressing' },
    ...{ word: 'under way', tone: 'running', sentence: 'b has 5 %.', weight: { set: 5, served: 5 } },
    ...{ createdAt: at, updatedAt: at, ageMs: 1_000, liveAgeMs: 2_000, needs: [], needsYou: false },
    ...more,
  };
}

const snapshot = { kind: 'snapshot', sequence: 7, at, staleAfterMs: 45_000, heartbeatMs: 15_000 } as const;
const heard = hear(nothingHeard, { ...snapshot, releases: [row()] }, 10_000);

it('begins with a snapshot, and takes what follows it without a gap', () => {
  const change = { kind: 'release', sequence: 8, at, release: row({ label: 'c' }) } as const;
  expect(continues(nothingHeard, change)).toBe(false);
  expect(continues(heard, change)).toBe(true);
  expect(continues(heard, { ...change, sequence: 9 })).toBe(false);
  expect(continues(heard, { ...change, sequence: 7 })).toBe(false);
  const next = hear(heard, change, 11_000);
  expect(next.releases.get('rel_1')).toMatchObject({ heardMs: 11_000, row: { label: 'c' } });
  expect(continues(next, { ...snapshot, sequence: 99, releases: [] })).toBe(true);
});

it('hears in a heartbeat that nothing is missing, and how old the data is', () => {
  const beat = (sequence: number, dataAgeMs: number) =>
    ({ kind: 'heartbeat', sequence, at, dataAgeMs }) as const;
  expect(continues(heard, beat(7, 0))).toBe(true);
  // A change of what the token does not see is told as a heartbeat.
  expect(continues(heard, beat(8, 0))).toBe(true);
  expect(continues(heard, beat(9, 0))).toBe(false);
  expect(hear(heard, beat(7, 1_000), 20_000).freshMs).toBe(19_000);
  // An API that has lost its database goes on to send heartbeats: they make nothing fresh.
  expect(hear(heard, beat(7, 60_000), 20_000).freshMs).toBe(10_000);
});

describe('what is known', () => {
  const kindAt = (state: LiveState, nowMs: number) => freshnessOf(state, 0, nowMs).kind;

  it('is live for 45 seconds after it was heard of, and then stale', () => {
    expect(kindAt(heard, 55_000)).toBe('live');
    expect(kindAt(heard, 55_001)).toBe('stale');
    expect(freshnessOf(heard, 0, 60_000)).toEqual({ kind: 'stale', ageMs: 50_000 });
  });

  it('is waited for as long, before anything was heard', () => {
    expect(kindAt(nothingHeard, 45_000)).toBe('connecting');
    expect(kindAt(nothingHeard, 45_001)).toBe('stale');
  });

  it('is stale no later because a server says so, and sooner where it does', () => {
    const of = (staleAfterMs: number) => hear(nothingHeard, { ...snapshot, staleAfterMs, releases: [] }, 0);
    expect(kindAt(of(600_000), 46_000)).toBe('stale');
    expect(kindAt(of(5_000), 6_000)).toBe('stale');
  });

  it('of a release counts on from how old it was when it was read, although the stream lives', () => {
    const known = { row: row({ liveAgeMs: 40_000 }), heardMs: 10_000 };
    expect(isStaleRow(known, 45_000, 15_000)).toBe(false);
    expect(isStaleRow(known, 45_000, 15_001)).toBe(true);
  });

  it('of a closed release stays as it is', () => {
    const { liveAgeMs: _open, ...closed } = row({ state: 'promoted', closedAt: at });
    expect(isStaleRow({ row: closed, heardMs: 0 }, 45_000, 10_000_000)).toBe(false);
  });

  it('is the newer of what was asked and what was told', () => {
    const asked = { row: row({ updatedAt: '2026-11-23T14:20:32.000Z' }), heardMs: 1 };
    const told = { row: row(), heardMs: 2 };
    expect(newest(asked, told)).toBe(asked);
    expect(newest(told, asked)).toBe(asked);
    expect(newest(asked, undefined)).toBe(asked);
  });

  it('is, of two that say the same, the one that was known later', () => {
    const told = { row: row({ liveAgeMs: 1_000 }), heardMs: 10_000 };
    const asked = { row: row({ liveAgeMs: 3_000 }), heardMs: 60_000 };
    expect(newest(asked, told)).toBe(asked);
    expect(newest(told, asked)).toBe(asked);
  });
});
