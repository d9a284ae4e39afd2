import { planSchema } from '../../domain/release/plan.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { horizonsOf } from './counting.ts';

const target = { provider: 'openai', model: 'm' };
const revision = (total?: string, own?: string) =>
  revisionContentSchema.parse({
    chain: [{ ...target, ...(own === undefined ? {} : { timeouts: { total: own } }) }],
    ...(total === undefined ? {} : { timeouts: { total } }),
  });
const plan = (more: object = {}) => planSchema.parse(more);
const slow = (slowerThan: string) => ({ guardrails: { latency: { slowerThan } } });

describe('the long horizon of counting', () => {
  it.each([
    ['stands apart from the total timer', plan(), [revision(), revision()], 5_000, 60_000],
    ['is over when all requests are', plan(), [revision('3s'), revision('20s')], 5_000, 20_000],
    ["ends with a target's own total", plan(), [revision('3s', '30s')], 5_000, 30_000],
    ['is what the plan says', plan({ settleLong: '3m' }), [revision()], 5_000, 180_000],
    [
      'waits for what counts as slow, which nobody would see else',
      plan(slow('90s')),
      [revision()],
      5_000,
      90_000,
    ],
    ['bounds the short one', plan({ settle: '5s' }), [revision('1s')], 1_000, 1_000],
  ])('%s', (_name, { settle, settleLong, guardrails }, revisions, shortHorizonMs, longHorizonMs) => {
    expect(horizonsOf({ settle, settleLong, guardrails }, revisions)).toEqual({
      shortHorizonMs,
      longHorizonMs,
    });
  });

  it('stays that of before in a release whose plan knows of none: the end of all requests', () => {
    const { settleLong: _none, ...before } = plan();
    const horizons = horizonsOf(before, [revision('60s', '2m'), revision('5m')]);
    expect(horizons).toEqual({ shortHorizonMs: 5_000, longHorizonMs: 300_000 });
  });
});
