import type { Story } from './story.ts';
import { tollOf } from './toll.ts';

/** Both numbers, and how to go on. */
export function endCard({ screen, checks, today, customers }: Story): void {
  const [theirs, ours] = [tollOf(today.records()), tollOf(customers.records())];
  screen.beat('Customers answered wrongly');
  screen.lines([
    `today's way   ${theirs.wronged} of ${theirs.answers} answers`,
    `with Sluice   ${ours.wronged} of ${ours.answers} answers`,
  ]);
  screen.say(
    'Yours: `sluice init my-app` writes an app; README.md has the ten minutes from there to the first release.',
  );
  checks.claim(
    'with Sluice far fewer customers are answered wrongly',
    theirs.wronged > 0 && ours.wronged <= theirs.wronged / 2,
    `today's way ${theirs.wronged}, with Sluice ${ours.wronged}`,
  );
}
