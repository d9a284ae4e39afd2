import type { JsonObject } from '../domain/json.ts';
import type { ProviderKind } from '../domain/revision/provider-kinds.ts';

export interface TimeoutsMs {
  /** From the start of the attempt until there is a connection. */
  readonly connect: number;
  /** Of a stream, from the start of the attempt until the first sign of life: content, a ping, an opened block. */
  readonly firstContent: number;
  /** Between two pieces of the answer. */
  readonly idle: number;
  /** The whole attempt, where the target has a limit of its own: afterwards the next one is asked. */
  readonly total?: number;
}

/** One entry of a revision's chain with its binding applied. */
export interface ResolvedTarget {
  /** The logical provider's name. */
  readonly provider: string;
  readonly kind: ProviderKind;
  /** As its kind has it (`baseUrlForm`). */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly logicalModel: string;
  /**
   * The revision's parameters, by wire names. They win over the request's: take out here what the caller may set
   * and did set. `temperature`, `top_p`, `max_tokens`, `stop`, `response_format` and `parallel_tool_calls` are
   * translated; others go to the provider under the name they have.
   */
  readonly parameters: JsonObject;
  readonly timeoutsMs: TimeoutsMs;
  /** The model's own maximum of output tokens, where the binding says it. */
  readonly maxOutputTokens?: number;
  readonly prices?: {
    readonly inputUsdPerMillionTokens?: number;
    readonly outputUsdPerMillionTokens?: number;
  };
}
