import { type ArmPair, decidePairedArms, pairsToShow } from './paired-arms.ts';

const rule = { margin: 0.05, minPairs: 30 };

function pairs(count: number, change: Partial<ArmPair> = {}): ArmPair[] {
  const pair = { candidateOk: true, stableOk: true };
  return Array.from({ length: count }, () => ({ ...pair, ...change }));
}

describe('decidePairedArms', () => {
  it('passes arms that answer alike and fails one that answers worse', () => {
    expect(decidePairedArms({ pairs: pairs(70), ...rule }).outcome).toBe('pass');
    const worse = decidePairedArms({ pairs: [...pairs(25), ...pairs(10, { candidateOk: false })], ...rule });
    expect(worse).toMatchObject({ outcome: 'fail', candidateFailed: 10, stableFailed: 0 });
  });

  it('does not blame the candidate for what fails on both', () => {
    const both = pairs(20, { candidateOk: false, stableOk: false });
    expect(decidePairedArms({ pairs: [...pairs(50), ...both], ...rule }).outcome).toBe('pass');
  });

  it('is inconclusive with too few pairs or none, and where the bounds are too wide', () => {
    expect(decidePairedArms({ pairs: pairs(29), ...rule }).outcome).toBe('inconclusive');
    expect(decidePairedArms({ pairs: [], margin: 0.05, minPairs: 0 }).outcome).toBe('inconclusive');
    // Not one of 69 differs: at a true loss of 5 points that happens in 2.9 %, so 70 are asked for.
    expect(pairsToShow(0.05)).toBe(70);
    expect(decidePairedArms({ pairs: pairs(69), ...rule }).outcome).toBe('inconclusive');
    const noisy = [...pairs(28), ...pairs(2, { candidateOk: false })];
    expect(decidePairedArms({ pairs: noisy, ...rule }).outcome).toBe('inconclusive');
  });
});
