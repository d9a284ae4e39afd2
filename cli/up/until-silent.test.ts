import { untilSilent } from './until-silent.ts';

const atOnce = (): Promise<void> => Promise.resolve();

/** Asks a part that answers as listed, and then for ever not. Resolves with how often it was asked. */
async function asked(...answers: boolean[]): Promise<number> {
  let count = 0;
  const part = { answers: () => Promise.resolve(answers[count++] ?? false) };
  await untilSilent(part, atOnce, new AbortController().signal);
  return count;
}

it('takes six questions in a row that nobody answers for a part that hangs', async () => {
  expect(await asked()).toBe(6);
});

it('begins to count anew with every answer', async () => {
  expect(await asked(true, false, false, false, false, false, true)).toBe(7 + 6);
});

it('asks no more once all is over', async () => {
  const over = new AbortController();
  const part = {
    answers: () => {
      over.abort();
      return Promise.resolve(false);
    },
  };
  await untilSilent(part, atOnce, over.signal);
  expect(over.signal.aborted).toBe(true);
});
