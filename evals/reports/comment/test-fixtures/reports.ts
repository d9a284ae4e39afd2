import type { GateReport, ReportedCase } from '../report-data.ts';

/** A case that newly fails, with whatever a test changes in it. */
export function reportedCase(change: Partial<ReportedCase>): ReportedCase {
  return {
    id: 'intents/refund-017',
    state: 'newly failing',
    critical: false,
    held: false,
    tally: '0/3',
    stableTally: '3/3',
    failedBy: [{ assertion: 'not-icontains', metric: 'policy' }],
    reasons: ['contains "we refund"'],
    question: 'I want my money back for an order of last year.',
    answer: 'Of course, we refund you within a day.',
    stableAnswer: 'Orders can be returned for 30 days; yours is older.',
    place: { file: 'evals/intents.yaml', line: 12 },
    ...change,
  };
}

/** A report of a gate that passes, with whatever a test changes in it. */
export function gateReportOf(change: Partial<GateReport>): GateReport {
  return {
    schemaVersion: 1,
    app: 'support-bot',
    environment: 'staging',
    candidate: 'support-bot-1a2b3c4',
    stable: 'support-bot-9f8e7d6',
    outcome: 'passed',
    facts: [
      { name: 'pass rate', candidate: '98.0 % (95.1 to 99.2 %)', stable: '97.5 %' },
      { name: 'difference', candidate: '+0.5 points (-0.5 to +1.5)', stable: '' },
      { name: 'critical cases', candidate: 'all 14 cleared', stable: '' },
      { name: 'latency', candidate: 'p50 410 ms, p95 905 ms', stable: 'p50 402 ms, p95 810 ms' },
      { name: 'cost', candidate: '0.4400 USD', stable: '0.4000 USD' },
    ],
    why: [],
    asked: 100,
    planned: 100,
    cases: [],
    prompts: [
      {
        prompt: 'answer',
        lines: 'You answer customers.\n[-Be brief.-]{+Be generous, and brief.+}\nNever promise money.',
      },
    ],
    values: [{ path: 'chain[0].model', from: '"gpt-x-10"', to: '"gpt-x-11"' }],
    seconds: 252,
    command: 'sluice eval --baseline git:origin/main',
    ...change,
  };
}
