import type { z } from 'zod';
import type { SaidByJudge } from './judge-client.ts';

export type VerdictRead<T> =
  | { readonly kind: 'verdict'; readonly verdict: T }
  /** Not a verdict: the judge's own error, and never one of the answer that it was asked about. */
  | { readonly kind: 'none'; readonly why: string };

/**
 * Reads what a judge said: one JSON object that names the verdict's id, by itself or in one fence of Markdown, of an
 * answer that ended by itself. Anything else is no verdict.
 */
export function readVerdict<T extends { readonly id: string }>(
  { text, finishReason }: SaidByJudge,
  schema: z.ZodType<T>,
  verdictId: string,
): VerdictRead<T> {
  if (finishReason !== undefined && finishReason !== 'stop') return none(`it stopped for "${finishReason}"`);
  const json = parse(unfenced(text.trim()));
  if (json === undefined) return none(text.trim() === '' ? 'it said nothing' : 'it said no JSON');
  const parsed = schema.safeParse(json);
  if (!parsed.success) return none('its JSON is no verdict');
  if (parsed.data.id !== verdictId) return none('its verdict is another question’s');
  return { kind: 'verdict', verdict: parsed.data };
}

/** Models like to put JSON into Markdown. */
function unfenced(text: string): string {
  return /^```(?:json)?\s*\n([\s\S]*)\n```$/.exec(text)?.[1] ?? text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function none(why: string): { readonly kind: 'none'; readonly why: string } {
  return { kind: 'none', why };
}
