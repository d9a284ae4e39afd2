import type { Binding } from '../domain/revision/binding.ts';
import { SluiceError } from '../domain/errors.ts';
import { wholePrice, type Price } from '../domain/price.ts';
import type { RevisionContent, Target } from '../domain/revision/revision.ts';
import type { EvalCase } from './run/eval-case.ts';

/** What each target of a revision's chain costs where the binding says so. */
export function chainPrices(content: RevisionContent, binding: Binding): (Price | undefined)[] {
  return content.chain.map((target) => priceOf(target, binding));
}

/**
 * Cost assertions need the price of every model that may answer.
 *
 * @throws SluiceError `invalid_file` naming the first model without one
 */
export function requirePrices(
  cases: readonly EvalCase[],
  contents: readonly RevisionContent[],
  binding: Binding,
): void {
  const asking = cases.find(({ needsPrices }) => needsPrices);
  if (asking === undefined) return;
  const unpriced = contents
    .flatMap(({ chain }) => chain)
    .find((target) => priceOf(target, binding) === undefined);
  if (unpriced === undefined) return;
  throw new SluiceError(
    'invalid_file',
    `Case ${asking.id} asserts a cost, but the model ${unpriced.model} of ${unpriced.provider} has no price.`,
    {
      remedy:
        'Set inputUsdPerMillionTokens and outputUsdPerMillionTokens of the model in sluice.environments.yaml, or drop the assertion.',
    },
  );
}

function priceOf({ provider, model }: Target, binding: Binding): Price | undefined {
  return wholePrice(binding.providers[provider]?.models[model]);
}
