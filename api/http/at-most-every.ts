/**
 * A question that is asked once for all who ask at a time, and whose answer holds for a moment: what anybody may ask
 * without a token must not become as many questions to the database. A refusal is not kept.
 *
 * @param holdsForMs of a clock that only goes forward
 */
export function atMostEvery<Answer>(holdsForMs: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let kept: { readonly answer: Promise<Answer>; readonly untilMs: number } | undefined;
  return () => {
    if (kept !== undefined && performance.now() < kept.untilMs) return kept.answer;
    const answer = ask();
    const asked = { answer, untilMs: Infinity };
    kept = asked;
    answer.then(
      () => {
        if (kept === asked) kept = { answer, untilMs: performance.now() + holdsForMs };
      },
      () => {
        if (kept === asked) kept = undefined;
      },
    );
    return answer;
  };
}
