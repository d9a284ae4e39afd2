import { followsLine } from './describe-follows.ts';
import { outcomes } from '../../domain/release/release.ts';
import { closedAs, releaseOf } from '../test-fixtures/fake-api.ts';
import { progressLine, releaseBlock, releaseLine } from './describe-release.ts';
import { createLiveBlock } from './live-block.ts';
import { printable } from './printable.ts';
import { createPaint } from './style.ts';

const plain = createPaint(false);

function recorder(terminal: { isTTY: boolean; columns?: number; rows?: number }) {
  const written: string[] = [];
  return { written, output: { ...terminal, write: (text: string) => written.push(text) } };
}

describe('progress on a terminal', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const held = (body: string) => `\u001B[?2026h${body}\u001B[J\u001B[?2026l`;

  it('is a block that is drawn over the last one, also where lines were broken', () => {
    const { written, output } = recorder({ isTTY: true, columns: 10 });
    const live = createLiveBlock(output, { redraw: true, printable });
    live.show(`short\n${createPaint(true)('red', '123456789012345')}`, '');
    live.show('next', '');
    live.end();
    // Three rows: one, and two of the line of 15 characters; colours take no place.
    expect(written[1]).toBe(held('\u001B[3Anext\u001B[K\n'));
  });

  it('is drawn five times a second at most, and the last one is drawn in any case', () => {
    const { written, output } = recorder({ isTTY: true, columns: 80 });
    const live = createLiveBlock(output, { redraw: true, printable });
    for (let i = 0; i < 100; i++) {
      live.show(`block ${i}`, '');
      jest.advanceTimersByTime(10);
    }
    expect(written.length).toBeLessThanOrEqual(6);
    live.show('the last', '');
    live.end();
    expect(written.at(-1)).toContain('the last');
  });

  it('is no higher than the terminal, and goes where it is the result', () => {
    const { written, output } = recorder({ isTTY: true, columns: 80, rows: 5 });
    const live = createLiveBlock(output, { redraw: true, printable });
    live.show('1\n2\n3\n4\n5\n6', '');
    expect(written[0]?.replaceAll('\u001B[K', '')).toBe(held('1\n2\n3\n…\n'));
    live.clear();
    expect(written[1]).toBe('\u001B[4A\u001B[J');
  });

  it('is lines where the terminal cannot move its cursor', () => {
    const { written, output } = recorder({ isTTY: true });
    createLiveBlock(output, { redraw: false, printable }).show('block', 'line');
    expect(written).toEqual(['line\n']);
  });
});

describe('progress in a log', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is one line a change, and a heartbeat a minute without one', () => {
    const { written, output } = recorder({ isTTY: false });
    const live = createLiveBlock(output, { redraw: true, printable });
    live.show('', 'a');
    live.show('', 'a');
    jest.advanceTimersByTime(40_000);
    live.show('', 'b');
    jest.advanceTimersByTime(59_000);
    expect(written).toEqual(['a\n', 'b\n']);
    jest.advanceTimersByTime(1_000);
    live.end();
    jest.advanceTimersByTime(120_000);
    expect(written).toEqual(['a\n', 'b\n', 'b (still)\n']);
  });
});

describe('a release', () => {
  it('has a glyph and a word for every end, so that it is told apart without colours', () => {
    const lines = outcomes.map((state) => releaseLine(closedAs(state), plain));
    lines.forEach((line, i) => {
      expect(line).toMatch(new RegExp(`^\\S ${String(outcomes[i]).replace('_', ' ')} my-app my-app-v1`));
    });
  });

  it('lets no text of somebody else write a line among ours', () => {
    const reason = 'paused: look\n✔ promoted\u001B[2J';
    const block = releaseBlock(releaseOf({ reason }), plain);
    expect(block.split('\n')[0]).toContain('paused: look ✔ promoted [2J');
    expect(block).not.toContain('\u001B');
  });

  it('says what its audience has, while nobody else has it', () => {
    const health = {
      ...{
        condition: 'well' as const,
        says: [],
        weight: { set: 0, served: 0 },
        audience: { set: 25, served: 25 },
      },
      ...{ leaseLeftMs: 60_000, gateways: { live: 1, missing: [] } },
    };
    const first = { stage: 'audience', weight: 0, audience: 25, health };
    const block = releaseBlock(releaseOf(first), plain);
    expect(block.split('\n')[0]).toContain(' · audience at 25 % of its audience');
    expect(block).toContain('lease 60 s left · 25 % of the audience set, 25 % served');
    const lost = { ...health, condition: 'unattended' as const, audience: { set: 25, served: 0 } };
    expect(releaseLine(releaseOf({ ...first, health: lost }), plain)).toContain('! unattended, 0 % served');
  });

  it('shows what the newest look saw while it is open', () => {
    const progress = {
      look: 5,
      weight: 5,
      hold: { elapsedMs: 18_000, totalMs: 90_000 },
      exposures: { candidate: 12, stable: 240 },
      guardrails: [{ name: 'errors', evidence: 1.5, threshold: 3, stableRate: null, candidateRate: 0.1 }],
    };
    const line =
      'check 5 · 18 of 90 s held · 12 candidate and 240 stable requests · errors 4.5 : 1 against "no worse", acts at 20 : 1';
    expect(progressLine(releaseOf({ progress }))).toBe(line);
    expect(releaseBlock(releaseOf({ progress }), plain)).toContain(`  … ${line}`);
    expect(releaseBlock(closedAs('aborted', { progress }), plain)).not.toContain('check 5');
    const segment = { name: 'tenant=acme', evidence: 7, actsAt: 6.5, candidateRate: 0.05, stableRate: 0.01 };
    const guardrails = progress.guardrails.map((each) => ({ ...each, segment }));
    expect(progressLine(releaseOf({ progress: { ...progress, guardrails } }))).toBe(
      `${line}, worst in tenant=acme: 5.0 % against 1.0 %, 1,100 : 1, acts at 665 : 1`,
    );
    expect(progressLine(releaseOf({}))).toBeUndefined();
  });
});

it.each([
  [{}, '✔ staging follows: production serves b'],
  [
    { outcome: 'kept' as const, reason: 'a release is open there' },
    '! staging does not follow production yet: a release is open there',
  ],
  [
    { refusals: [{ gatewayId: 'g1', reason: 'No key.' }] },
    '! staging is to follow (production serves b), but g1 refuses it (No key.)',
  ],
])('says what staging did about production’s stable revision (%#)', (change, line) => {
  const at = '2026-01-01T00:00:00.000Z';
  const followed = {
    environment: 'staging',
    outcome: 'followed' as const,
    reason: 'production serves b',
    at,
    refusals: [],
  };
  expect(followsLine({ ...followed, ...change })).toBe(line);
});
