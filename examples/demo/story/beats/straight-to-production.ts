import { copyApp, copyName } from '../set-up.ts';
import { keepUp } from '../../live-rate.ts';
import { sluice, until, type Beat } from '../story.ts';
import { medianMs, tollOf } from '../toll.ts';

/** Of the copy, before the story goes on: the answers of so many seconds. */
const secondsOfAnswers = 15;
/** While the story goes on its customers ask more seldom: the machine has other things to do. */
const restShare = 0.25;
/** Of answers that fail on a machine with much to do nobody would say that the change is why. */
const unseenShare = 0.02;

export const straightToProduction: Beat = {
  title: "Today's way: straight to production (on a copy of the app)",
  async play(story) {
    const { screen, checks, customers, today, ratePerSecond } = story;
    copyApp(story.world);
    const { code, stderr } = await sluice(story, [
      ...['app', 'create', '--file', `../${copyName}/sluice.yaml`, '--stable', '--allow-dirty'],
      ...['--label', 'straight-1', '--skip-evaluation', '--reason', 'a customer has complained'],
    ]);
    if (code !== 0) throw new Error(`the copy could not be made: ${stderr}`);
    const since = Date.now();
    const kept = keepUp(today, ratePerSecond, () => undefined);
    const { answers, wronged, failed } = await until(story, 'answers of the copy', 20_000, () => {
      const tally = tollOf(today.records());
      return tally.answers >= secondsOfAnswers * ratePerSecond ? tally : undefined;
    });
    kept.limit(ratePerSecond * restShare);
    const unchanged = customers.records().filter(({ startedAtMs }) => startedAtMs >= since);
    const beside = tollOf(unchanged);
    const [changedMs, usualMs] = [medianMs(today.records()), medianMs(unchanged)];
    screen.say(
      `${answers} answers, ${failed === 0 ? 'all with status 200' : `${failed} failed (${beside.failed} beside it, unchanged)`}, ` +
        `in ${Math.round(changedMs)} ms (unchanged: ${Math.round(usualMs)} ms). Nothing that is watched today is red, and ` +
        `${wronged} customers were answered wrongly. The copy goes on like that, a little slower: nobody has noticed.`,
    );
    checks.claim(
      'straight to production it wrongs customers, and no status or latency says so',
      wronged > 0 && failed <= beside.failed + unseenShare * answers && changedMs < 2 * usualMs,
      `${wronged} customers wronged in ${answers} answers, ${failed} failed, ${beside.failed} of ${beside.answers} beside it; half of the answers within ${Math.round(changedMs)} ms, beside it ${Math.round(usualMs)} ms`,
    );
  },
};
