import { z } from 'zod';
import type { RevisionContent } from './revision.ts';

/**
 * What a gateway says of itself with its heartbeat, so that staging can be held against production: what answers and
 * which versions, never keys or URLs.
 */
export const fingerprintSchema = z.looseObject({
  software: z.string(),
  /** The runtime's version. */
  node: z.string(),
  /** Identity (the provider's own name) of each bound model, by logical names. */
  providers: z.record(
    z.string(),
    z.looseObject({ kind: z.string(), models: z.record(z.string(), z.string()) }),
  ),
  retrievers: z.array(z.string()),
  /** The indexes (`name@version`) that retrievers have told of so far. */
  indexes: z.record(z.string(), z.looseObject({ version: z.string(), digest: z.string() })),
});

export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** A property of an environment that must be the same in both; absent where it is not known yet. */
interface Fact {
  readonly what: string;
  readonly of: (fingerprint: Fingerprint) => string | undefined;
}

/**
 * How staging differs from production in what the revisions need: model identity, index digest and versions. None: a
 * replay in staging says something about production. An index that one side has not met yet is no difference.
 */
export function parityDifferences(
  production: Fingerprint,
  staging: Fingerprint,
  revisions: readonly RevisionContent[],
): string[] {
  const facts: Fact[] = [
    { what: 'the software version', of: ({ software }) => software },
    { what: 'the Node version', of: ({ node }) => node },
    ...revisions.flatMap(factsOfRevision),
  ];
  const differences = facts.flatMap(({ what, of }) => {
    const [there, here] = [of(production), of(staging)];
    if (there === undefined || here === undefined || there === here) return [];
    return [`${what} is ${there} in production and ${here} in staging`];
  });
  return [...new Set(differences)];
}

function factsOfRevision({ chain, retrieval }: RevisionContent): Fact[] {
  const models = chain.map(({ provider, model }): Fact => ({
    what: `model ${model} of provider ${provider}`,
    of: ({ providers }) => {
      const bound = providers[provider];
      return bound === undefined ? 'not bound' : `${bound.models[model] ?? model} (${bound.kind})`;
    },
  }));
  if (retrieval?.by !== 'gateway') return models;
  const { retriever, index } = retrieval;
  return [
    ...models,
    {
      what: `retriever ${retriever}`,
      of: ({ retrievers }) => (retrievers.includes(retriever) ? 'bound' : 'not bound'),
    },
    { what: `the digest of index ${index}`, of: ({ indexes }) => indexes[index]?.digest },
  ];
}
