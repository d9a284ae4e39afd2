import { z } from 'zod';
import { namesCategory } from '../../../simulator/traffic/answer-record.ts';
import type { LabelledRow } from '../../bank-support/load-knowledge.ts';

/** Of larger data so many questions, evenly chosen: each is asked before the story begins. */
const mostQuestions = 240;
const atOnce = 6;

export interface Sorted {
  /** Questions that the assistant answers rightly. */
  readonly right: readonly LabelledRow[];
  readonly wrong: readonly { readonly question: LabelledRow; readonly answer: string }[];
}

const answered = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });

/** Asks customers' questions once and sorts them by whether the answer names what is wanted. Throws where one is not answered. */
export async function sortQuestions(gatewayUrl: string, queries: readonly LabelledRow[]): Promise<Sorted> {
  const every = Math.max(1, queries.length / mostQuestions);
  const waiting = queries.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
  const right: LabelledRow[] = [];
  const wrong: Sorted['wrong'][number][] = [];
  const work = async () => {
    for (let question = waiting.pop(); question !== undefined; question = waiting.pop()) {
      const answer = await ask(gatewayUrl, question.text);
      if (namesCategory(answer, question.category)) right.push(question);
      else wrong.push({ question, answer });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { right, wrong };
}

async function ask(gatewayUrl: string, content: string): Promise<string> {
  const response = await fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer story' },
    body: JSON.stringify({ model: 'bank-support', messages: [{ role: 'user', content }] }),
  });
  const body: unknown = await response.json();
  if (!response.ok)
    throw new Error(`A question was answered with ${response.status}: ${JSON.stringify(body)}`);
  return answered.parse(body).choices[0].message.content;
}
