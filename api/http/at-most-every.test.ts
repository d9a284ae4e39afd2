import { atMostEvery } from './at-most-every.ts';

it('asks once for all who ask at a time, and again after a refusal or when the answer is old', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const ask = atMostEvery(
    60_000,
    () =>
      new Promise<number>((resolve, reject) => {
        asked += 1;
        const count = asked;
        answers.push(() => {
          if (count === 1) reject(new Error('away'));
          else resolve(count);
        });
      }),
  );
  const refused = [ask(), ask()];
  answers[0]?.();
  for (const each of refused) await expect(each).rejects.toThrow('away');
  const many = Array.from({ length: 100 }, () => ask());
  answers[1]?.();
  expect(new Set(await Promise.all(many))).toEqual(new Set([2]));
  expect(await ask()).toBe(2);
  expect(asked).toBe(2);
  const short = atMostEvery(0, () => Promise.resolve((asked += 1)));
  expect([await short(), await short()]).toEqual([3, 4]);
});
