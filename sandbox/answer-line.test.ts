import { answerIn } from './answer-line.ts';
import { createLines } from './lines.ts';

const answer = { kind: 'value', json: 'true' } as const;

it('takes the answer to its own question', () => {
  expect(answerIn(JSON.stringify({ id: 'a', answer }), 'a')).toEqual(answer);
});

it.each([
  ['of another question', { id: 'b', answer }],
  ['of no question', { answer }],
  ['with more in it than an answer has', { id: 'a', answer: { ...answer, pass: true } }],
  ['with more beside it', { id: 'a', answer, also: 1 }],
  ['of a kind that there is not', { id: 'a', answer: { kind: 'passed' } }],
  ['with a value that is no text', { id: 'a', answer: { kind: 'value', json: true } }],
])('takes no line %s for it', (_, line) => {
  expect(answerIn(JSON.stringify(line), 'a')).toBeUndefined();
});

it.each(['', 'OUT', '{"id":"a"', 'null', '[]', '"a"'])('takes no line that is none: %j', (line) => {
  expect(answerIn(line, 'a')).toBeUndefined();
});

it('cuts lines at line feeds alone, wherever the bytes come apart', () => {
  const lines: string[] = [];
  const take = createLines((line) => lines.push(line), { longest: 100, onTooLong: () => lines.push('!') });
  const bytes = Buffer.from('één\u2028two\r\nthree\n');
  for (let at = 0; at < bytes.length; at += 1) take(bytes.subarray(at, at + 1));
  expect(lines).toEqual(['één\u2028two\r', 'three']);
});

it('keeps no more of a line than it may have', () => {
  let tooLong = 0;
  const take = createLines(() => undefined, { longest: 10, onTooLong: () => (tooLong += 1) });
  for (let i = 0; i < 100; i += 1) take(Buffer.from('xxxx'));
  expect(tooLong).toBeGreaterThan(10);
});
