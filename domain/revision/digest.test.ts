import fc from 'fast-check';
import { digestOf, revisionDigest } from './digest.ts';
import { revisionContentSchema } from './revision.ts';

const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model: 'atlas-large' }] });

describe('revisionDigest (invariant 1)', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        return digestOf(object) === digestOf(reversed);
      }),
    );
  });

  it('is the same for a default that is written out and one that is left out', () => {
    const spelledOut = revisionContentSchema.parse({ ...content, prompts: {}, parameters: {} });
    expect(revisionDigest(spelledOut)).toBe(revisionDigest(content));
  });

  it('moves with every part of the content', () => {
    const cheaper = { ...content, chain: [{ provider: 'openai', model: 'atlas-mini' }] };
    expect(revisionDigest(cheaper)).not.toBe(revisionDigest(content));
    expect(revisionDigest(content)).toMatch(/^rev_[0-9a-f]{64}$/);
  });

  it('agrees with an independent SHA-256 of the canonical JSON', () => {
    // printf '{"a":[1,"é"],"b":null}' | sha256sum
    expect(digestOf({ b: null, a: [1, 'é'] })).toBe(
      '1e02bc81a26af2f027329541e97eef36f3290bedc6dfe043dbe66b057ecb13ba',
    );
  });
});
