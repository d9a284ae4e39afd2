import type { AnswerRecord } from '../../simulator/traffic/answer-record.ts';
import { sustainableRate } from './live-rate.ts';

function answers(count: number, tookMs: number, arm = 'stable'): AnswerRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    client: 'http',
    streaming: false,
    subject: `subject-${i}`,
    startedAtMs: 1_000 * i,
    endedAtMs: 1_000 * i + tookMs,
    outcome: 'ok',
    queryCharacters: 40,
    arm,
  }));
}

it('doubles up to what was asked for while answers come as quickly as the models make them', () => {
  expect(sustainableRate(10, 50, answers(100, 450))).toBe(20);
  expect(sustainableRate(40, 50, answers(100, 450))).toBe(50);
  expect(sustainableRate(50, 50, answers(100, 450))).toBe(50);
});

it('is halved while the machine does not keep up, and never below what the journey needs', () => {
  expect(sustainableRate(50, 50, answers(100, 1_200))).toBe(25);
  expect(sustainableRate(15, 50, answers(100, 1_200))).toBe(10);
});

it('is never raised over what the machine has shown that it can do', () => {
  expect(sustainableRate(25, 25, answers(100, 450))).toBe(25);
});

it('is never raised where the reader asked for less', () => {
  expect(sustainableRate(2, 2, answers(100, 1_200))).toBe(2);
});

it('does not take a slow candidate or a handful of answers for a slow machine', () => {
  expect(sustainableRate(50, 50, [...answers(60, 3_000, 'candidate'), ...answers(40, 450)])).toBe(50);
  expect(sustainableRate(50, 50, answers(19, 3_000))).toBe(50);
  expect(sustainableRate(10, 50, answers(19, 450))).toBe(10);
});
