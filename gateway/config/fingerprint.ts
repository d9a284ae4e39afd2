import { digestOf } from '../../domain/revision/digest.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What staging and production must agree on; indexes join as retrievers name them. */
export interface FingerprintNotes {
  noteIndex(name: string, index: { readonly version: string; readonly digest: string }): void;
  toJson(): JsonObject;
}

/**
 * The parity of two environments is that of model identity, index digests and versions, never of keys or URLs
 * (DESIGN section 2, binding).
 */
export function createFingerprint(binding: Binding, software: string): FingerprintNotes {
  const indexes: Record<string, JsonObject> = {};
  const providers = Object.fromEntries(
    Object.entries(binding.providers).map(([name, { kind, models }]) => {
      const deployments = Object.entries(models).map(
        ([model, { deployment }]) => [model, deployment ?? model] as const,
      );
      return [name, { kind, models: Object.fromEntries(deployments) }] as const;
    }),
  );
  const retrievers = Object.keys(binding.retrievers).sort();
  const fixed = { software, node: process.version, providers, retrievers };
  return {
    noteIndex(name, { version, digest }) {
      indexes[name] = { version, digest };
    },
    toJson: () => ({ ...fixed, bindingDigest: digestOf({ providers, retrievers }), indexes: { ...indexes } }),
  };
}
