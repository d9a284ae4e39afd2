import { equalPasses } from './equal-passes.ts';

describe('the chance that an equal candidate passes its mirror', () => {
  it('is certain where nothing differs and there are enough pairs, and nil where there are too few', () => {
    expect(equalPasses({ pairs: 150, margin: 0.05, differ: 0 })).toBeCloseTo(1, 9);
    expect(equalPasses({ pairs: 30, margin: 0.05, differ: 0 })).toBeCloseTo(0, 9);
  });

  it('falls with what differs, and grows with the pairs', () => {
    const at = (differ: number, pairs = 150) => equalPasses({ pairs, margin: 0.05, differ });
    expect(at(0.01)).toBeGreaterThan(at(0.03));
    expect(at(0.03)).toBeGreaterThan(at(0.08));
    expect(at(0.03, 300)).toBeGreaterThan(at(0.03));
  });
});
