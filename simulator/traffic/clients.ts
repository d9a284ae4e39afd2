import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { ClientKind } from './answer-record.ts';

/** A gateway as its callers know it. */
export interface TrafficTarget {
  /** With `/v1`. */
  readonly openaiBaseUrl: string;
  /** Without a path. */
  readonly anthropicBaseUrl: string;
}

export interface TrafficQuestion {
  readonly app: string;
  readonly text: string;
  readonly subject: string;
  readonly streaming: boolean;
  readonly signal: AbortSignal;
  /** Called as soon as the answer's headers are there, so that a broken answer is known by its arm. */
  readonly onHeaders: (headers: Headers) => void;
}

/** Asks and returns the answer's whole text. Throws what its client throws, or when a stream ends before its end. */
export type Ask = (question: TrafficQuestion) => Promise<string>;

const MAX_ANSWER_TOKENS = 300;

/** One way to ask a target for each kind of client; nothing retries. */
export function createClients(target: TrafficTarget, apiKey: string): Record<ClientKind, Ask> {
  const options = { apiKey, maxRetries: 0, logLevel: 'off' as const };
  return {
    openai: askByOpenAi(new OpenAI({ baseURL: target.openaiBaseUrl, ...options })),
    anthropic: askByAnthropic(new Anthropic({ baseURL: target.anthropicBaseUrl, ...options })),
    http: askByHttp(`${target.openaiBaseUrl}/chat/completions`, apiKey),
  };
}

const optionsOf = ({ subject, signal }: TrafficQuestion) => ({
  signal,
  headers: { 'x-sluice-subject': subject },
});

function askByOpenAi(client: OpenAI): Ask {
  return async (question) => {
    const request = { model: question.app, messages: [{ role: 'user' as const, content: question.text }] };
    if (!question.streaming) {
      const { data, response } = await client.chat.completions
        .create(request, optionsOf(question))
        .withResponse();
      question.onHeaders(response.headers);
      return data.choices[0]?.message.content ?? '';
    }
    const sent = client.chat.completions.create({ ...request, stream: true }, optionsOf(question));
    const { data, response } = await sent.withResponse();
    question.onHeaders(response.headers);
    let [text, finished] = ['', false];
    for await (const { choices } of data) {
      text += choices[0]?.delta.content ?? '';
      finished ||= (choices[0]?.finish_reason ?? null) !== null;
    }
    return whole(text, finished);
  };
}

function askByAnthropic(client: Anthropic): Ask {
  return async (question) => {
    const request = {
      model: question.app,
      max_tokens: MAX_ANSWER_TOKENS,
      messages: [{ role: 'user' as const, content: question.text }],
    };
    if (!question.streaming) {
      const { data, response } = await client.messages.create(request, optionsOf(question)).withResponse();
      question.onHeaders(response.headers);
      return data.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    }
    const sent = client.messages.create({ ...request, stream: true }, optionsOf(question));
    const { data, response } = await sent.withResponse();
    question.onHeaders(response.headers);
    let [text, finished] = ['', false];
    for await (const event of data) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
      finished ||= event.type === 'message_stop';
    }
    return whole(text, finished);
  };
}

/** An answer that a plain HTTP client refuses, with what it needs to be counted. */
class HttpStatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

interface ChatBody {
  readonly choices?: {
    readonly message?: { readonly content?: string | null };
    readonly delta?: { readonly content?: string | null };
  }[];
  readonly error?: unknown;
}

function askByHttp(url: string, apiKey: string): Ask {
  return async ({ app, text, subject, streaming, signal, onHeaders }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'x-sluice-subject': subject,
      },
      body: JSON.stringify({ model: app, messages: [{ role: 'user', content: text }], stream: streaming }),
      signal,
    });
    onHeaders(response.headers);
    const body = await response.text();
    if (!response.ok) throw new HttpStatusError(response.status);
    if (!streaming) return (JSON.parse(body) as ChatBody).choices?.[0]?.message?.content ?? '';
    const data = [...body.matchAll(/^data: (.*)$/gmu)].map(([, payload = '']) => payload);
    const chunks = data
      .filter((payload) => payload !== '[DONE]')
      .map((payload) => JSON.parse(payload) as ChatBody);
    if (chunks.some(({ error }) => error !== undefined)) throw new Error('the stream ended in an error');
    return whole(
      chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join(''),
      data.includes('[DONE]'),
    );
  };
}

function whole(text: string, finished: boolean): string {
  if (!finished) throw new Error('the stream ended before its end');
  return text;
}
