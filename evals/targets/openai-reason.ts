/** A refusal as OpenAI calls it: an answer like others where it has words, else one that was filtered away. */
export function openaiReason(reason: string, output: string): string {
  if (reason !== 'refusal') return reason;
  return output === '' ? 'content_filter' : 'stop';
}
