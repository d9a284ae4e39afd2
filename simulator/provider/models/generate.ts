import { type AnswerFormat, factsOf, writeAnswer } from './answer.ts';
import type { Model } from './catalogue.ts';
import { decide } from './decision.ts';
import type { SimulatedJudge } from './judge.ts';
import type { PromptMessage } from './prompt.ts';
import { seededRandom, standardNormal } from '../../random.ts';
import { readPrompt } from './reading.ts';
import { valueForSchema } from './schema-value.ts';

/** A request to a model, whichever protocol it came by. */
export interface GenerationRequest {
  readonly messages: readonly PromptMessage[];
  readonly temperature: number;
  readonly maxTokens: number;
  readonly format: AnswerFormat;
  /** The tool that the caller insists on. */
  readonly forcedTool?: { readonly name: string; readonly schema: unknown };
}

/** What a model answers, and how long it takes about it. */
export interface Generated {
  readonly output:
    | {
        readonly kind: 'text';
        readonly text: string;
        readonly truncated: boolean;
        /** It is no answer, and says why. */
        readonly refused?: true;
      }
    | {
        readonly kind: 'tool';
        readonly name: string;
        readonly input: unknown;
        /** What it wrote in place of `input`, where that is no JSON. */
        readonly written?: string;
      };
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** To the end of the answer, at speed 1. */
  readonly durationMs: number;
}

const CHARACTERS_PER_TOKEN = 4;
const NOISE_PER_TEMPERATURE = 0.03;
const LOG_SPREAD = 0.25;

/** Tokens of a text, at about four characters each. */
const countTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/**
 * Lets a model read its prompt and answer. The same request gives the same answer and duration; above temperature 0
 * the answer varies a little with `occurrence`, a number that the caller counts up. A judge says what it is set to.
 */
export function generate(
  model: Model,
  request: GenerationRequest,
  { occurrence, judge }: { readonly occurrence: number; readonly judge: Pick<SimulatedJudge, 'verdict'> },
): Generated {
  const { messages, temperature } = request;
  const prompt = messages.map(({ role, text }) => `${role}:${text}`).join('\n');
  const random = seededRandom(`${model.id}\n${prompt}\n${temperature > 0 ? occurrence : ''}`);
  const durationMs = durationOf(model, messages, random);
  const inputTokens = messages.reduce((sum, { text }) => sum + countTokens(text) + 4, 3);
  if (model.judges === true) {
    const verdict = cut(judge.verdict(messages, occurrence), request.maxTokens);
    return { output: verdict, inputTokens, outputTokens: countTokens(verdict.text), durationMs };
  }
  const reading = readPrompt(messages);
  const facts = factsOf(
    reading,
    decide(model, reading, { noise: temperature * NOISE_PER_TEMPERATURE, random }),
  );
  if (request.forcedTool !== undefined) {
    const { name, schema } = request.forcedTool;
    const input = valueForSchema(schema, facts);
    return {
      output: { kind: 'tool', name, input },
      inputTokens,
      outputTokens: countTokens(JSON.stringify(input)) + 8,
      durationMs,
    };
  }
  const output = cut(writeAnswer(reading, facts, request.format), request.maxTokens);
  return { output, inputTokens, outputTokens: countTokens(output.text), durationMs };
}

function cut(whole: string, maxTokens: number): Generated['output'] & { readonly kind: 'text' } {
  const text = whole.slice(0, maxTokens * CHARACTERS_PER_TOKEN);
  return { kind: 'text', text, truncated: text.length < whole.length };
}

function durationOf(model: Model, messages: readonly PromptMessage[], random: () => number): number {
  const message = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  const usual = model.medianMs * Math.exp(LOG_SPREAD * standardNormal(random));
  const beyond = Math.max(0, message.length - model.fastCharacters);
  return usual + (beyond === 0 ? 0 : beyond * model.slowMsPerCharacter);
}
