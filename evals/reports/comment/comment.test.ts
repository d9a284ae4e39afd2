import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commentLimits, commentText, summaryLimits } from './comment.ts';
import type { GateReport } from './report-data.ts';
import { gateReportOf, reportedCase } from './test-fixtures/reports.ts';

const options = {
  ...commentLimits,
  before: ['<!-- sluice:support-bot:staging run=4711.1 -->'],
  links: ['[run 4711, attempt 1](https://github.com/acme/bot/actions/runs/4711)', 'commit 1a2b3c4'],
};

const outcomes: Record<string, Partial<GateReport>> = {
  passed: {
    cases: [
      reportedCase({
        id: 'intents/tone-044',
        state: 'repaired',
        tally: '3/3',
        stableTally: '0/3',
        failedBy: [],
        reasons: [],
      }),
    ],
  },
  blocked: {
    outcome: 'blocked',
    why: ['Critical cases fail (mean evidence 31.0, allowed below 20).'],
    cases: [
      reportedCase({ critical: true, held: true }),
      reportedCase({ id: 'intents/cite-102', state: 'still failing', stableTally: '0/3' }),
      reportedCase({ id: 'intents/tone-044', state: 'flaky', tally: '2/3' }),
    ],
  },
  inconclusive: {
    outcome: 'inconclusive',
    why: [
      'The pass rate is 90.0 % (70.1 to 97.2 %, 20 cases); 90.0 % is asked for, which takes at least 36 cases.',
    ],
    asked: 20,
    planned: 20,
    cases: [
      reportedCase({
        id: 'intents/odd',
        state: 'not measured',
        failedBy: [],
        reasons: ['the judge gave no verdict'],
      }),
    ],
  },
  failed: {
    outcome: 'failed',
    facts: [],
    prompts: [],
    values: [],
    why: ['openai/gpt-x-11 has answered nothing for 120 s.', 'Try again when it does.'],
    asked: 0,
  },
};

describe('the comment on a pull request', () => {
  it.each(Object.keys(outcomes))('says first that it has %s (golden file)', (outcome) => {
    const golden = join(import.meta.dirname, 'test-fixtures', `${outcome}.md`);
    expect(commentText(gateReportOf(outcomes[outcome] ?? {}), options)).toBe(readFileSync(golden, 'utf8'));
  });

  it('shows the worst first, and says how many more there are', () => {
    const cases = Array.from({ length: 40 }, (_, i) => reportedCase({ id: `intents/c${i}` }));
    const text = commentText(gateReportOf({ outcome: 'blocked', cases }), options);
    expect(text.match(/^\*\*intents\/c\d+\*\*/gm)).toEqual(
      cases.slice(0, commentLimits.mostShown).map(({ id }) => `**${id}**`),
    );
    expect(text).toContain('#### Newly failing (40)');
    expect(text).toContain('\n… and 28 more\n');
    const summary = commentText(gateReportOf({ outcome: 'blocked', cases }), {
      ...options,
      ...summaryLimits,
    });
    expect(summary.match(/^\*\*intents\/c\d+\*\*/gm)).toHaveLength(40);
    expect(summary).not.toContain('more\n');
  });

  it('leaves out answers before cases, and cases before the verdict, where there is little room', () => {
    const cases = Array.from({ length: 12 }, (_, i) =>
      reportedCase({ id: `intents/c${i}`, answer: 'ä'.repeat(1000) }),
    );
    const report = gateReportOf({ outcome: 'blocked', cases });
    const small = commentText(report, { ...options, limitBytes: 6_000 });
    expect(Buffer.byteLength(small)).toBeLessThanOrEqual(6_000);
    expect(small.match(/^\*\*intents\/c\d+\*\*/gm)).toHaveLength(12);
    const least = commentText(report, { ...options, limitBytes: 2_000 });
    expect(Buffer.byteLength(least)).toBeLessThanOrEqual(2_000);
    expect(least).toMatch(/### ✗ BLOCK: `support-bot`[^]*… and \d+ more\n[^]*sluice eval --baseline/);
  });
});
