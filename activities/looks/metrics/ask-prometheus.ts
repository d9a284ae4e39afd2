import { z } from 'zod';
import { messageOf } from '../../../domain/errors.ts';
import type { ArmQuestion, MetricsQuestion } from '../../../domain/guardrail/guardrail.ts';

/** Where a metric store is, with its secret: the operator's. */
export interface MetricsSource {
  readonly url: string;
  readonly token?: string | undefined;
  readonly timeoutMs: number;
}

/** An arm's counters at one moment. */
interface ArmReading {
  readonly exposed: number;
  readonly bad: number;
}
export interface MetricsReading {
  readonly candidate: ArmReading;
  readonly stable: ArmReading;
}

/** A number that nobody could be had: why. */
export type MetricsAnswer = MetricsReading | { readonly why: string };

/** More is no answer of one number. */
const mostBytes = 1024 * 1024;

/** The reading before, of the same split version: what rates are counted on from. */
type Before = MetricsReading & { readonly atMs: number };

/**
 * Asks for the four numbers at one moment of the store's time, all within the source's time. Never rejects. Rates are asked
 * over the time since the reading before, and counted on from there: the first of a split version is where that begins.
 */
export async function askPrometheus(
  source: MetricsSource,
  { candidate, stable }: MetricsQuestion,
  { atMs, before }: { readonly atMs: number; readonly before: Before | undefined },
): Promise<MetricsAnswer> {
  const signal = AbortSignal.timeout(source.timeoutMs);
  const readingOf = async (arm: ArmQuestion, last: ArmReading | undefined): Promise<ArmReading> => {
    const seconds = before === undefined ? 0 : Math.round((atMs - before.atMs) / 1000);
    if (arm.window !== undefined && (last === undefined || seconds < 1))
      return last ?? { exposed: 0, bad: 0 };
    const numbers = [arm.exposed, arm.bad].map((query) => {
      const asked = arm.window === undefined ? query : query.replaceAll(arm.window, `${seconds}s`);
      return numberOf(source, { query: asked, atMs, signal });
    });
    const [exposed = NaN, bad = NaN] = await Promise.all(numbers);
    if (arm.window === undefined || last === undefined) return { exposed, bad };
    // What is counted is whole, and what is bad of it is of it.
    const grown = { exposed: Math.round(exposed * seconds), bad: Math.round(bad * seconds) };
    return { exposed: last.exposed + grown.exposed, bad: last.bad + Math.min(grown.bad, grown.exposed) };
  };
  try {
    const [own, others] = await Promise.all([
      readingOf(candidate, before?.candidate),
      readingOf(stable, before?.stable),
    ]);
    return { candidate: own, stable: others };
  } catch (error) {
    const why = signal.aborted ? `no answer within ${source.timeoutMs} ms` : faultOf(error);
    return { why: withoutToken(why, source) };
  }
}

/** "fetch failed" says nothing: what has failed is its cause, by a code that tells no addresses. */
function faultOf(error: unknown): string {
  const { data } = withCodeSchema.safeParse(error);
  return data === undefined ? messageOf(error) : `${messageOf(error)} (${data.cause.code})`;
}

/** What a store says stands in a status that any viewer reads: it may quote what it was sent. */
function withoutToken(why: string, { token }: Pick<MetricsSource, 'token'>): string {
  return token === undefined ? why : why.replaceAll(token, '…');
}

const withCodeSchema = z.object({ cause: z.object({ code: z.string() }) });
const sampleSchema = z.tuple([z.number(), z.string()]);
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: sampleSchema }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: sampleSchema })),
    }),
  ]),
});
/** As Prometheus writes numbers. Beyond this nothing that is counted is exact any more. */
const countSchema = z
  .string()
  .regex(/^\+?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
  .transform(Number)
  .pipe(z.number().max(Number.MAX_SAFE_INTEGER));
const errorSchema = z.object({ status: z.literal('error'), error: z.string() });

interface Query {
  readonly query: string;
  readonly atMs: number;
  readonly signal: AbortSignal;
}

/** Rejects with what is to be said where there is not one number, which is no zero: nobody knows of what there is no series. */
async function numberOf({ url, token }: MetricsSource, { query, atMs, signal }: Query): Promise<number> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/query`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: new URLSearchParams({ query, time: String(atMs / 1000) }).toString(),
    redirect: 'error',
    signal,
  });
  const body = jsonOf(withoutToken(await textOf(response), { token }));
  const failed = errorSchema.safeParse(body);
  if (failed.success) throw new Error(`${short(query)}: ${short(failed.data.error)}`);
  const answer = answerSchema.safeParse(body);
  if (!response.ok || !answer.success)
    throw new Error(`${short(query)}: no answer of numbers (${response.status})`);
  const { data } = answer.data;
  const samples = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value);
  const [sample] = samples;
  if (sample === undefined) throw new Error(`${short(query)}: no data`);
  if (samples.length > 1) throw new Error(`${short(query)}: ${samples.length} series; sum them up`);
  const value = countSchema.safeParse(sample[1]);
  if (!value.success) throw new Error(`${short(query)}: ${short(sample[1])} is no count`);
  return value.data;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body === undefined) return '';
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('an answer of over 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Parts of a sentence that stands in a status of 300 bytes. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
