import type { AnswerRecord } from '../../../simulator/traffic/answer-record.ts';
import { lineOfAnswers, medianMs, tollOf } from './toll.ts';

const answer = (over: Partial<AnswerRecord> = {}): AnswerRecord => ({
  ...{ client: 'http', streaming: false, subject: 'a', queryCharacters: 1 },
  ...{ startedAtMs: 0, endedAtMs: 100, outcome: 'ok', right: true },
  ...over,
});

it('counts each customer once, however often an answer was wrong', () => {
  const records = [
    answer(),
    answer({ subject: 'b', right: false }),
    answer({ subject: 'b', right: false }),
    answer({ outcome: 'timeout' }),
  ];
  expect(tollOf(records)).toEqual({ answers: 4, wronged: 1, failed: 1 });
});

it('knows what half of the answers take', () => {
  expect(medianMs([answer({ endedAtMs: 10 }), answer({ endedAtMs: 30 }), answer({ endedAtMs: 900 })])).toBe(
    30,
  );
});

it('draws a sign for each second', () => {
  const at = (second: number, count: number, outcome = 'ok') =>
    Array.from({ length: count }, () => answer({ endedAtMs: second * 1000 + 5, outcome }));
  const records = [...at(96, 10), ...at(97, 3), ...at(98, 10, 'http_500'), ...at(99, 8), ...at(100, 8)];
  expect(lineOfAnswers(records, 10, 100_500).slice(-5)).toBe(' ▆▂✖▆');
});
