import type { Usage } from '../../domain/usage.ts';
import { Counter, type Registry } from 'prom-client';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { Attempt } from '../failover/chain.ts';

/** What calls of providers came to. */
export interface ProviderMetrics {
  attempts(attempts: readonly Attempt[]): void;
  /** What an answer took, and cost where the binding has prices. Cached tokens count as any other. */
  usage(answeredBy: ResolvedTarget, usage: Usage): void;
  /** A call of an embedding model: of no app's request. */
  readonly embedding: (
    target: ResolvedTarget,
    call: { readonly outcome: string; readonly inputTokens: number },
  ) => void;
  /** A verdict that a judge was asked for, whatever came of it. */
  readonly judgeCall: (
    target: ResolvedTarget,
    call: { readonly judge: string; readonly outcome: string; readonly usage: Usage | undefined },
  ) => void;
  /** What a provider refuses the operator: its key, its account, its model or its address. */
  readonly operatorFault: (fault: {
    readonly provider: string;
    readonly model: string;
    readonly matter: string;
  }) => void;
}

/** By provider and model. */
export function createProviderMetrics(registry: Registry): ProviderMetrics {
  const counter = <L extends string>(name: string, help: string, beside: L[]) =>
    new Counter({ name, help, labelNames: ['provider', 'model', ...beside] as const, registers: [registry] });
  const attempts = counter('sluice_provider_attempts_total', 'Calls of providers', ['outcome']);
  const failovers = counter('sluice_failovers_total', 'Answers that did not come from the first target', []);
  const tokens = counter('sluice_provider_tokens_total', 'Tokens that providers reported', ['direction']);
  const cost = counter(
    'sluice_provider_cost_usd_total',
    'What these tokens cost by the prices of the binding',
    [],
  );
  const embeddings = counter('sluice_embeddings_total', 'Calls of embedding models', ['outcome']);
  const judgeCalls = counter('sluice_judge_calls_total', 'Verdicts that judges were asked for', [
    'judge',
    'outcome',
  ]);
  const operatorFaults = counter('sluice_operator_faults_total', 'What providers refuse the operator', [
    'matter',
  ]);
  const usage: ProviderMetrics['usage'] = ({ provider, model, prices }, { inputTokens, outputTokens }) => {
    tokens.inc({ provider, model, direction: 'input' }, addable(inputTokens));
    tokens.inc({ provider, model, direction: 'output' }, addable(outputTokens));
    const { inputUsdPerMillionTokens = 0, outputUsdPerMillionTokens = 0 } = prices ?? {};
    const microUsd = inputTokens * inputUsdPerMillionTokens + outputTokens * outputUsdPerMillionTokens;
    if (addable(microUsd) > 0) cost.inc({ provider, model }, microUsd / 1e6);
  };
  return {
    usage,
    embedding(target, { outcome, inputTokens }) {
      const { provider, model } = target;
      embeddings.inc({ provider, model, outcome });
      usage(target, { inputTokens, outputTokens: 0 });
    },
    judgeCall(target, { judge, outcome, usage: used }) {
      const { provider, model } = target;
      judgeCalls.inc({ provider, model, judge, outcome });
      if (used !== undefined) usage(target, used);
    },
    attempts(made) {
      for (const { provider, model, outcome } of made) attempts.inc({ provider, model, outcome });
      const [first, ...others] = made;
      const answered = others.find(({ outcome }) => outcome === 'answered');
      if (first?.outcome !== 'answered' && answered !== undefined)
        failovers.inc({ provider: answered.provider, model: answered.model });
    },
    operatorFault({ provider, model, matter }) {
      operatorFaults.inc({ provider, model, matter });
    },
  };
}

/** A provider may say any number: a counter takes none that is below zero, or beyond all. */
function addable(said: number): number {
  return Number.isFinite(said) && said > 0 ? said : 0;
}
