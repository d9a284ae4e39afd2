import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import { defined, fieldsOf } from '../fields.ts';

/** By what names a protocol of OpenAI's has the two sides: `prompt_tokens`, `input_tokens`. */
export interface UsageNames {
  readonly input: string;
  readonly output: string;
}

/** Usage as both of OpenAI's protocols have it, each under names of its own. */
export function readOpenAiUsage(usage: JsonObject, { input, output }: UsageNames): Usage {
  const fields = fieldsOf(usage, 'usage');
  const detailsOf = (side: string) => {
    const name = `${side}_tokens_details`;
    return fieldsOf(fields.optionalObject(name) ?? {}, `usage.${name}`);
  };
  const [inputDetails, outputDetails] = [detailsOf(input), detailsOf(output)];
  return {
    inputTokens: fields.optionalNumber(`${input}_tokens`) ?? 0,
    outputTokens: fields.optionalNumber(`${output}_tokens`) ?? 0,
    ...defined({
      cachedInputTokens: inputDetails.optionalNumber('cached_tokens'),
      reasoningTokens: outputDetails.optionalNumber('reasoning_tokens'),
    }),
  };
}
