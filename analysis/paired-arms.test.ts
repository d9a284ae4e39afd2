import { decidePairedArms } from './paired-arms.ts';
import type { ArmPair } from './paired-arms.ts';

const rule = { margin: 0.05, minPairs: 30 };

function pairs(count: number, change: Partial<ArmPair> = {}): ArmPair[] {
  const pair = { candidateOk: true, stableOk: true, candidateLatencyMs: 200, stableLatencyMs: 200 };
  return Array.from({ length: count }, () => ({ ...pair, ...change }));
}

describe('decidePairedArms', () => {
  it('passes arms that answer alike and fails one that answers worse', () => {
    expect(decidePairedArms({ pairs: pairs(30), ...rule }).outcome).toBe('pass');
    const worse = decidePairedArms({ pairs: [...pairs(25), ...pairs(10, { candidateOk: false })], ...rule });
    expect(worse).toMatchObject({ outcome: 'fail', candidateFailed: 10, stableFailed: 0 });
  });

  it('does not blame the candidate for what fails on both', () => {
    const both = pairs(20, { candidateOk: false, stableOk: false });
    expect(decidePairedArms({ pairs: [...pairs(20), ...both], ...rule }).outcome).toBe('pass');
  });

  it('is inconclusive with too few pairs or none, and where the bounds are too wide', () => {
    expect(decidePairedArms({ pairs: pairs(29), ...rule }).outcome).toBe('inconclusive');
    expect(decidePairedArms({ pairs: [], margin: 0.05, minPairs: 0 }).outcome).toBe('inconclusive');
    const noisy = [...pairs(28), ...pairs(2, { candidateOk: false })];
    expect(decidePairedArms({ pairs: noisy, ...rule }).outcome).toBe('inconclusive');
  });

  it('judges latency in the geometric mean where the plan asks for it', () => {
    const slow = Array.from({ length: 40 }, (_, i) =>
      pairs(1, { candidateLatencyMs: 300 + i, stableLatencyMs: 100 + i }),
    ).flat();
    expect(decidePairedArms({ pairs: slow, ...rule }).outcome).toBe('pass');
    expect(decidePairedArms({ pairs: slow, ...rule, latencyRatio: 1.5 })).toMatchObject({
      outcome: 'fail',
      latency: { outcome: 'fail' },
    });
    expect(decidePairedArms({ pairs: slow, ...rule, latencyRatio: 4 }).outcome).toBe('pass');
    expect(() =>
      decidePairedArms({ pairs: pairs(30, { stableLatencyMs: -1 }), ...rule, latencyRatio: 2 }),
    ).toThrow(RangeError);
  });
});
