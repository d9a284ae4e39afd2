import type { Usage } from './usage.ts';

/** What a model costs, by the operator's word. */
export interface Price {
  readonly inputUsdPerMillionTokens: number;
  readonly outputUsdPerMillionTokens: number;
}

/** What an answer costs in US dollars; cached tokens at list price, so that a warm cache makes no revision cheap. */
export function costUsd(price: Price, usage: Pick<Usage, 'inputTokens' | 'outputTokens'>): number {
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = price;
  return (
    (usage.inputTokens * inputUsdPerMillionTokens + usage.outputTokens * outputUsdPerMillionTokens) / 1e6
  );
}

/** The price that a binding names; undefined where a part of it is missing. */
export function wholePrice(
  named: { readonly [K in keyof Price]?: number | undefined } | undefined,
): Price | undefined {
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = named ?? {};
  if (inputUsdPerMillionTokens === undefined || outputUsdPerMillionTokens === undefined) return undefined;
  return { inputUsdPerMillionTokens, outputUsdPerMillionTokens };
}
