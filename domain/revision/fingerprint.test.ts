import { fingerprintSchema, parityDifferences, type Fingerprint } from './fingerprint.ts';
import { revisionContentSchema } from './revision.ts';

const revision = revisionContentSchema.parse({
  chain: [
    { provider: 'primary', model: 'large' },
    { provider: 'primary', model: 'small' },
  ],
  retrieval: { by: 'gateway', retriever: 'knowledge', index: 'faq@3', topK: 5 },
});

function fingerprint(change: Partial<Fingerprint> = {}): Fingerprint {
  return fingerprintSchema.parse({
    software: '1.0.0',
    node: 'v24.21.0',
    providers: { primary: { kind: 'openai', models: { large: 'gpt-x-2026' } } },
    retrievers: ['knowledge'],
    indexes: { 'faq@3': { version: '3', digest: 'aaa' } },
    ...change,
  });
}

describe('the parity of staging and production', () => {
  it('holds where what the revisions need is the same, and an index not met yet is no difference', () => {
    expect(parityDifferences(fingerprint(), fingerprint({ indexes: {} }), [revision])).toEqual([]);
  });

  it('does not hold where model, index or versions differ, and says how', () => {
    const staging = fingerprint({
      software: '1.0.1',
      providers: { primary: { kind: 'openai', models: { large: 'gpt-y' } } },
      indexes: { 'faq@3': { version: '3', digest: 'bbb' } },
    });
    expect(parityDifferences(fingerprint(), staging, [revision, revision])).toEqual([
      'the software version is 1.0.0 in production and 1.0.1 in staging',
      'model large of provider primary is gpt-x-2026 (openai) in production and gpt-y (openai) in staging',
      'the digest of index faq@3 is aaa in production and bbb in staging',
    ]);
  });

  it('does not hold where a name is not bound, or is another kind of provider', () => {
    const empty = fingerprint({ providers: {}, retrievers: [] });
    expect(parityDifferences(fingerprint(), empty, [revision]).join()).toMatch(
      /not bound in staging.*retriever knowledge/,
    );
    const other = fingerprint({
      providers: { primary: { kind: 'anthropic', models: { large: 'gpt-x-2026' } } },
    });
    expect(parityDifferences(fingerprint(), other, [revision])).toHaveLength(2);
  });

  it('concerns only what the revisions need', () => {
    const small = revisionContentSchema.parse({ chain: [{ provider: 'primary', model: 'small' }] });
    const staging = fingerprint({ providers: { primary: { kind: 'openai', models: { large: 'gpt-y' } } } });
    expect(parityDifferences(fingerprint(), staging, [small])).toEqual([]);
  });
});
