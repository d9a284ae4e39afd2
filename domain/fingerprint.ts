import { z } from 'zod';
import type { Binding } from './binding.ts';
import type { RevisionContent } from './revision.ts';

/**
 * What a gateway says of itself with its heartbeat, so that staging can be held against production: what answers and
 * which versions, never keys or URLs.
 */
export const fingerprintSchema = z.looseObject({
  software: z.looseObject({ version: z.string() }),
  binding: z.looseObject({
    /** Identity (the provider's own name) of each bound model, by logical names. */
    providers: z.record(
      z.string(),
      z.looseObject({ kind: z.string(), models: z.record(z.string(), z.string()) }),
    ),
    /** Digests of the indexes seen so far (`name@version`), by the retriever's logical name. */
    retrievers: z.record(z.string(), z.record(z.string(), z.string())),
  }),
});

export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** A gateway's fingerprint. `indexes`: digests by retriever and `name@version`, as the retrievers have told them. */
export function fingerprintOf(
  binding: Binding,
  softwareVersion: string,
  indexes: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Fingerprint {
  const providers = Object.entries(binding.providers).map(([name, { kind, models }]) => {
    const identities = Object.entries(models).map(([model, { deployment }]) => [model, deployment ?? model]);
    return [name, { kind, models: Object.fromEntries(identities) as Record<string, string> }] as const;
  });
  const retrievers = Object.keys(binding.retrievers).map((name) => [name, { ...indexes[name] }] as const);
  return {
    software: { version: softwareVersion },
    binding: { providers: Object.fromEntries(providers), retrievers: Object.fromEntries(retrievers) },
  };
}

/**
 * How staging differs from production in what the revisions need: model identity, index digest and versions. None: a
 * replay in staging says something about production. An index that one side has not seen yet is no difference.
 */
export function parityDifferences(
  production: Fingerprint,
  staging: Fingerprint,
  revisions: readonly RevisionContent[],
): string[] {
  const facts = [
    { what: 'the software version', of: ({ software }: Fingerprint) => software.version },
    ...revisions.flatMap(({ chain }) => chain.map(modelFact)),
    ...revisions.flatMap(({ retrieval }) =>
      retrieval?.by === 'gateway' ? [retrieverFact(retrieval.retriever)] : [],
    ),
  ];
  const differences = facts.flatMap(({ what, of }) => {
    const [there, here] = [of(production), of(staging)];
    return there === here ? [] : [`${what} is ${there} in production and ${here} in staging`];
  });
  return [...new Set([...differences, ...indexDifferences(production, staging, revisions)])];
}

interface Fact {
  what: string;
  of: (fingerprint: Fingerprint) => string;
}

function modelFact({ provider, model }: { provider: string; model: string }): Fact {
  const of = ({ binding }: Fingerprint): string => {
    const bound = binding.providers[provider];
    return bound === undefined ? 'not bound' : `${bound.models[model] ?? model} (${bound.kind})`;
  };
  return { what: `model ${model} of provider ${provider}`, of };
}

function retrieverFact(name: string): Fact {
  const of = ({ binding }: Fingerprint): string =>
    binding.retrievers[name] === undefined ? 'not bound' : 'bound';
  return { what: `retriever ${name}`, of };
}

function indexDifferences(
  production: Fingerprint,
  staging: Fingerprint,
  revisions: readonly RevisionContent[],
): string[] {
  return revisions.flatMap(({ retrieval }) => {
    if (retrieval?.by !== 'gateway') return [];
    const { retriever, index } = retrieval;
    const there = production.binding.retrievers[retriever]?.[index];
    const here = staging.binding.retrievers[retriever]?.[index];
    if (there === undefined || here === undefined || there === here) return [];
    return [
      `index ${index} of retriever ${retriever} has digest ${there} in production and ${here} in staging`,
    ];
  });
}
