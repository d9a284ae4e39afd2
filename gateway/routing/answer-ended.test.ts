import type { Attempt } from '../failover/chain.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { failure } from '../../protocols/failures/failure.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { uncounted } from '../telemetry/counted-request.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import type { Admitted } from './admit.ts';
import { answerEnded, type EndedAnswer, type EndParts } from './answer-ended.ts';
import { startProgress } from './answer-progress.ts';
import { readInstructions } from './incoming.ts';
import { revision } from './test-fixtures/choose-revision.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';

/** An answer that is over, and all that was told of its end. */
function ended(summary: Partial<EndedAnswer['summary']>, progress: Partial<EndedAnswer['progress']> = {}) {
  const told: {
    facts: unknown[];
    ends: unknown[];
    requests: unknown[];
    lines: Record<string, unknown>[];
    reasons: unknown[];
    kept: number;
  } = { ...{ facts: [], ends: [], requests: [], lines: [], reasons: [], kept: 0 } };
  const clock = manualClock();
  const parts: EndParts = {
    clock,
    sampler: { keep: () => (told.kept += 1), giveBack: () => undefined },
    metrics: {
      answered: ({ labels }) => told.requests.push(labels),
    },
    live: { choose: () => undefined, keep: () => undefined },
    alarmOperator: () => undefined,
    onFailedCalls: (what, facts) => told.lines.push({ what, ...facts }),
  };
  const admitted: Admitted = {
    app: 'bank',
    promptName: undefined,
    rescuer: undefined,
    subjectHash: undefined,
    target: undefined,
    arm: 'candidate',
    reason: 'weight',
    releaseId: 'rel-1',
    splitVersion: 4,
    sampling: 'redacted',
    revision: { ...revision('rev_1'), label: 'rag-v4' },
    counted: {
      ...uncounted,
      markFacts: (facts) => told.facts.push(facts),
      markReasons: (reasons) => told.reasons.push(reasons),
      end: (...args) => told.ends.push(args),
    },
  };
  const inbound = parseInbound('openai-chat', {
    model: 'bank',
    messages: [{ role: 'user', content: 'my PIN is 1234' }],
  });
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
  const instructions = readInstructions(headers, inbound, 'token');
  answerEnded(parts, {
    admitted,
    incoming: {
      caller: { kind: 'anonymous' },
      protocol: 'openai-chat',
      body: Buffer.of(),
      inbound,
      instructions,
    },
    progress: { ...startProgress(admitted), ...progress },
    summary: { ok: false, disconnected: false, ...summary },
    answerId: 'chatcmpl-1',
    startedMs: 0,
    isSampled: true,
  });
  return told;
}

it('logs of an answer that failed whose it was: release, revision, answer and trace, and nothing that was said', () => {
  const { lines, ends } = ended({ errored: failure('broken', 'It broke off.') });
  expect(lines).toEqual([
    {
      app: 'bank',
      release: 'rel-1',
      revision: 'rag-v4',
      arm: 'candidate',
      reason: 'weight',
      answer: 'chatcmpl-1',
      trace,
      key: undefined,
      attempts: 0,
      what: 'failed',
      failed: [{ target: 'before any model', kind: 'broken' }],
      kind: 'broken',
      code: 'provider_broke_off',
      status: 502,
      fault: 'provider',
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('1234');
  expect(ends).toEqual([['failed', undefined]]);
});

const unwell: Attempt = {
  ...{
    provider: 'openai',
    model: 'gpt',
    logicalModel: 'large',
    outcome: 'failed',
    status: 503,
    durationMs: 41.6,
  },
  failure: { ...failure('broken', 'The PIN 1234 is wrong.'), kind: 'status' },
};
const { failure: _, ...called } = unwell;
const answered: Attempt = { ...called, outcome: 'answered' };
const answeredBy = { target: { provider: 'b', logicalModel: 'm' } as ResolvedTarget, index: 1 };

it.each([
  ['failed-over', { attempts: [unwell, answered], answeredBy }],
  [
    'rescued',
    {
      ...{ attempts: [unwell, answered], answeredBy, reason: 'rescued' as const },
      ownFailure: { attempts: 1, code: 'x' },
    },
  ],
] as const)('says of a request that was %s what failed, and counts it', (what, { attempts, ...progress }) => {
  const { lines, reasons } = ended({ ok: true }, { ...progress, attempts: [...attempts] });
  const failed = { target: 'openai/large', kind: 'status', status: 503, ms: 42 };
  expect(lines).toMatchObject([{ what, release: 'rel-1', trace, failed: [failed] }]);
  expect(JSON.stringify(lines)).not.toContain('1234');
  expect(reasons).toEqual([[{ ...failed, what }]]);
});

it('counts no reason of who left, or was at fault, and says of a stream that broke off whose it was', () => {
  const tried = { attempts: [unwell, unwell] };
  expect(ended({ disconnected: true }, tried)).toMatchObject({ lines: [], reasons: [] });
  expect(ended({}, { ...tried, callerFault: true })).toMatchObject({ lines: [], reasons: [] });
  const { lines } = ended(
    { errored: failure('broken', 'It broke off.') },
    { attempts: [answered], answeredBy },
  );
  expect(lines).toMatchObject([{ what: 'failed', failed: [{ target: 'b/m', kind: 'broken' }] }]);
});

it.each([
  ['completed', { ok: true }],
  ['left-unanswered', { disconnected: true }],
] as const)('counts, measures and keeps once, and logs nothing, where it is %s', (ending, summary) => {
  expect(ended(summary)).toMatchObject({
    ends: [[ending, undefined]],
    requests: [{ outcome: ending }],
    lines: [],
    kept: 1,
  });
});

describe('what an answer was', () => {
  const none = { truncated: false, refused: false, invalidFormat: false };

  it.each([
    ['stop', none],
    ['tool_calls', none],
    ['length', { ...none, truncated: true }],
    ['refusal', { ...none, refused: true }],
    ['content_filter', { ...none, refused: true }],
  ] as const)('is told of one that ended by %s', (finish, facts) => {
    expect(ended({ ok: true, finish }).facts).toEqual([facts]);
  });

  it('says that it was not as promised, unless it was refused', () => {
    expect(ended({ ok: true, finish: 'stop' }, { invalidFormat: true }).facts).toEqual([
      { ...none, invalidFormat: true },
    ]);
    expect(ended({ ok: true, finish: 'refusal' }, { invalidFormat: true }).facts).toEqual([
      { ...none, refused: true },
    ]);
  });

  it('is told of a request that a filter let no answer through for, and of no other without one', () => {
    const fault = (code: string) =>
      ended({ errored: { ...failure('refused_here', 'No.'), code } }, { callerFault: true });
    expect(fault('content_filter').facts).toEqual([{ ...none, refused: true }]);
    expect(fault('context_length_exceeded').facts).toEqual([]);
    expect(ended({ errored: failure('broken', 'It broke off.') }).facts).toEqual([]);
    expect(ended({ disconnected: true }).facts).toEqual([]);
  });
});
