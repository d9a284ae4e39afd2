import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { AssertionKind } from '../../domain/evaluation/suite.ts';
import { recordedKinds } from './recorded-kinds.ts';
import { codes, schemas } from './code.ts';
import { expressions, lists, outputs, textOf } from './texts.ts';
import type { Input } from './inputs.ts';
import type { Random } from './random.ts';

/** Suites that stand in one file: assertions of every kind, negated or not, with weights and thresholds. */
export function caseInput(random: Random): Input {
  const { pick, chance, below } = random;
  const shared = chance(0.2) ? { defaultTest: defaultTest(random) } : {};
  const count = chance(0.5) ? 1 : 1 + below(3);
  const assert = Array.from({ length: count }, () => assertion(random));
  const threshold = chance(0.4)
    ? { threshold: pick([0.25, 0.5, 0.75, 1, 1 / 3, 2 / 3, 0.9, 0.1, chance(0.3) ? 0 : 0.6, 1.5]) }
    : {};
  const finishReason = chance(0.85) ? 'stop' : pick([undefined, 'length', 'tool_calls', 'content_filter']);
  return {
    suite: { ...shared, tests: [{ assert, ...threshold }] },
    output: chance(0.25) ? valueAsOutput(assert, random) : pick(outputs),
    latencyMs: pick([50, 100, 100.5, 2000]),
    costUsd: pick([0, 0.001, 0.5]),
    ...(finishReason === undefined ? {} : { finishReason }),
  };
}

function defaultTest(random: Random): JsonObject {
  const { pick, chance } = random;
  return {
    ...(chance(0.5) ? { vars: { name: 'shared', tone: 'calm' } } : {}),
    ...(chance(0.7) ? { assert: [assertion(random)] } : {}),
    ...(chance(0.3) ? { threshold: pick([0.5, 1, 0.75]) } : {}),
  };
}

function assertion(random: Random): JsonObject {
  const { pick, chance } = random;
  const kind = pick(recordedKinds);
  const value = valueOf(kind, random);
  const threshold = thresholdOf(kind, random);
  return {
    type: chance(0.35) ? `not-${kind}` : kind,
    ...(value === undefined ? {} : { value }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(chance(0.3) ? { weight: pick([0, 0.5, 1, 2, 3, 0.1]) } : {}),
    ...(chance(0.05) ? { metric: 'words' } : {}),
  };
}

function valueOf(kind: AssertionKind, random: Random): JsonValue | undefined {
  const { pick, chance } = random;
  switch (kind) {
    case 'equals':
      return chance(0.7) ? textOf(random) : pick([5, 1.5, true, null, { a: 1 }, [1, 2], {}, '{{n}}']);
    case 'contains':
    case 'icontains':
    case 'starts-with':
      return chance(0.9) ? textOf(random) : pick([5, 1.5, true, null, ['a'], undefined]);
    case 'contains-all':
    case 'contains-any':
    case 'icontains-all':
    case 'icontains-any':
      return chance(0.5)
        ? pick(lists)
        : chance(0.9)
          ? [textOf(random), textOf(random)]
          : pick([[], [5], [null], 5, [['a']]]);
    case 'regex':
      return chance(0.4) ? pick(['card', '\\d', '^[a-z ]+$', 'a']) : pick(expressions);
    case 'is-json':
      return chance(0.4) ? undefined : pick(schemas);
    case 'javascript':
      return chance(0.4)
        ? pick(['output === "card"', 'output.length / 10', 'output.length > 4'])
        : pick(codes);
    case 'finish-reason':
      return chance(0.85)
        ? pick(['stop', 'length', 'content_filter', 'tool_calls'])
        : pick(['Stop', 'other', undefined]);
    case 'latency':
    case 'cost':
      return chance(0.05) ? 5 : undefined;
    // Asked of models: what promptfoo says of them is no fixture.
    case 'llm-rubric':
    case 'select-best':
    case 'similar':
      return textOf(random);
  }
}

function thresholdOf(kind: AssertionKind, { pick, chance }: Random): number | undefined {
  if (kind === 'latency') return pick([50, 100, 100.5, 5000, chance(0.2) ? undefined : 99]);
  if (kind === 'cost') return pick([0.001, 0.0005, 1, chance(0.2) ? undefined : 0.2]);
  if (kind === 'javascript' && chance(0.3)) return pick([0.5, 1, 0, -2]);
  return chance(0.01) ? 0.5 : undefined;
}

/** What an assertion looks for, or near to it. */
function valueAsOutput(assert: readonly JsonObject[], { pick }: Random): string {
  const { value } = pick(assert);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
  return pick([text ?? 'card', `so ${text ?? ''} there`, (text ?? 'card').toUpperCase()]).replaceAll(
    '{{name}}',
    'card',
  );
}
