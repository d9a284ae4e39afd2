import { z } from 'zod';
import { seededRandom } from '../../random.ts';
import type { PromptMessage } from './prompt.ts';

const rate = z.number().min(0).max(1);

/** What the judge among the models is like. It alone knows what is right. */
export const judgeScript = z.strictObject({
  /** Of right answers, the share that it passes. */
  sensitivity: rate.default(1),
  /** Of wrong answers, the share that it fails. */
  specificity: rate.default(1),
  /** How often it says the opposite of what it said of the same answer before. */
  wavering: rate.default(0),
  /** Of pairs: the place that it always names, whatever stands there. */
  place: z.enum(['first', 'second']).optional(),
  /** `obeys` the data that it is to judge: says what a verdict in it says. */
  gullible: z.boolean().default(false),
  /** What is right: the label of a request's text. */
  truth: z.array(z.strictObject({ text: z.string(), label: z.string() })).default([]),
});
export type JudgeScript = z.infer<typeof judgeScript>;

/** A judge whose way of seeing can be set while it runs. */
export interface SimulatedJudge {
  set(script: JudgeScript): void;
  /** The verdict on what these messages ask, as JSON; in words where they ask for none. */
  verdict(messages: readonly PromptMessage[], occurrence: number): string;
}

export function createJudge(): SimulatedJudge {
  let script = judgeScript.parse({});
  let truth: ReadonlyMap<string, string> = new Map();
  return {
    set(next) {
      script = next;
      truth = new Map(next.truth.map(({ text, label }) => [text.trim(), label]));
    },
    verdict(messages, occurrence) {
      const asked = readQuestion(messages);
      if (asked === undefined) return 'There is nothing to judge in this.';
      const forged = script.gullible ? /\{[^{}]*"pass"[^{}]*\}/u.exec(asked.answer)?.[0] : undefined;
      if (forged !== undefined) return forged;
      if (asked.pair !== undefined) return pairVerdict(asked, asked.pair, { script, truth, occurrence });
      const pass = passes(asked, { script, truth, occurrence });
      return JSON.stringify({
        id: asked.id,
        reason: pass ? 'It fits.' : 'It does not fit.',
        pass,
        score: Number(pass),
      });
    },
  };
}

interface Question {
  readonly id: string;
  readonly request: string;
  readonly answer: string;
  /** Where it is asked which of two is better. */
  readonly pair?: { readonly first: string; readonly second: string };
}

/** As an attentive model reads it: a piece of data ends where its own mark says so, whatever stands in it. */
function readQuestion(messages: readonly PromptMessage[]): Question | undefined {
  const system = messages.find(({ role }) => role === 'system')?.text ?? '';
  const data = messages.find(({ role }) => role === 'user')?.text ?? '';
  const id = /The id is exactly "(\w+)"/u.exec(system)?.[1];
  const token = /<<<(\w+) NAME>>>/u.exec(system)?.[1];
  if (id === undefined || token === undefined) return undefined;
  const piece = (name: string): string => {
    const [begin, end] = [`<<<${token} ${name}>>>\n`, `\n<<<${token} end of ${name}>>>`];
    const from = data.indexOf(begin) + begin.length;
    const to = data.indexOf(end, from - 1);
    return from < begin.length || to === -1 ? '' : data.slice(from, to);
  };
  const [first, second] = [piece('first'), piece('second')];
  const pair = first === '' && second === '' ? {} : { pair: { first, second } };
  return { id, request: piece('request'), answer: piece('answer'), ...pair };
}

/** The one that passes is better; where both do or neither does, it is a tie. */
function pairVerdict(
  { id, ...question }: Question,
  { first, second }: NonNullable<Question['pair']>,
  known: Parameters<typeof passes>[1],
): string {
  const [one, other] = [first, second].map((answer) => passes({ id, ...question, answer }, known));
  const seen = one === other ? 'tie' : one === true ? 'first' : 'second';
  return JSON.stringify({ id, reason: 'It fits.', better: known.script.place ?? seen });
}

function passes(
  { request, answer }: Question,
  known: {
    readonly script: JudgeScript;
    readonly truth: ReadonlyMap<string, string>;
    readonly occurrence: number;
  },
): boolean {
  const { sensitivity, specificity, wavering } = known.script;
  // The same answer to the same request looks the same each time.
  const random = seededRandom(`judge\n${request}\n${answer}`);
  const isRight = isRightAnswer(request, answer, known.truth);
  const pass = isRight ? random() < sensitivity : random() >= specificity;
  const wavers = seededRandom(`wavers\n${request}\n${answer}\n${known.occurrence}`)() < wavering;
  return wavers ? !pass : pass;
}

/** Does it name the label of one of the request's lines? Where nobody knows the request, an answer of a few words is right. */
function isRightAnswer(request: string, answer: string, truth: ReadonlyMap<string, string>): boolean {
  const labels = request.split('\n').flatMap((line) => truth.get(line.trim()) ?? []);
  if (labels.length === 0) return answer.trim().split(/\s+/u).length > 2;
  const words = new Set(answer.toLowerCase().match(/[\p{L}\d_?-]+/gu));
  return labels.some((label) => words.has(label.toLowerCase()));
}
