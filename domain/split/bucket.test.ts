import fc from 'fast-check';
import { bucketCount, bucketOf, murmur3 } from './bucket.ts';

describe('murmur3', () => {
  // Vectors of the reference implementation (MurmurHash3_x86_32).
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    // UTF-8, as subjects were dealt from the beginning.
    ['Müller', 0, 0xd71eace2],
    ['ключ', 0, 0x9a592042],
    ['😀 ada', 0, 0x7f2221ed],
    ['a\tb', 0, 0xe5b1e323],
  ])('hashes %j with seed %i', (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });
});

describe('bucketOf', () => {
  it('gives a subject the same bucket for ever (invariant 15)', () => {
    expect(bucketOf('salt-1', 'ada')).toBe(bucketOf('salt-1', 'ada'));
    expect(bucketOf('salt-1', 'ada')).not.toBe(bucketOf('salt-2', 'ada'));
  });

  it('stays within the buckets for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (salt, subject) => {
        const bucket = bucketOf(salt, subject);
        return Number.isInteger(bucket) && bucket >= 0 && bucket < bucketCount;
      }),
    );
  });

  it('deals consecutive names evenly over twenty slices', () => {
    const slices = new Array<number>(20).fill(0);
    for (let i = 0; i < 40_000; i++) {
      const slice = Math.floor(bucketOf('salt', `user-${i}`) / 500);
      slices[slice] = (slices[slice] ?? 0) + 1;
    }
    const chiSquare = slices.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(43.8); // 99.9 % point with 19 degrees of freedom
  });
});
