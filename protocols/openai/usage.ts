import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { defined, fieldsOf } from '../fields.ts';

/** How a protocol of OpenAI's names the tokens of one side. */
interface SideNames {
  readonly tokens: string;
  readonly details: string;
}

/** By what names a protocol of OpenAI's has the two sides. */
export interface UsageNames {
  readonly input: SideNames;
  readonly output: SideNames;
}

/** Those that begin so: `prompt_tokens`, `input_tokens`. */
export function usageNames(input: string, output: string): UsageNames {
  const named = (side: string): SideNames => ({
    tokens: `${side}_tokens`,
    details: `${side}_tokens_details`,
  });
  return { input: named(input), output: named(output) };
}

/** Usage as both of OpenAI's protocols have it, each under names of its own. */
export function readOpenAiUsage(usage: JsonObject, { input, output }: UsageNames): Usage {
  const fields = fieldsOf(usage, 'usage');
  const detail = (side: SideNames, name: string): number | undefined => {
    const details = fields.optionalObject(side.details);
    return details && fieldsOf(details, `usage.${side.details}`).optionalNumber(name);
  };
  return {
    inputTokens: fields.optionalNumber(input.tokens) ?? 0,
    outputTokens: fields.optionalNumber(output.tokens) ?? 0,
    ...defined({
      cachedInputTokens: detail(input, 'cached_tokens'),
      reasoningTokens: detail(output, 'reasoning_tokens'),
    }),
  };
}
