import type { Explanation } from '../../../../domain/explanation/explanation.ts';
import type { MirrorReport } from '../../../../api/schemas/mirror.ts';
import { stageSummary, textOf } from '../../journey.ts';
import { storyPlan } from '../story-app.ts';
import { sluice, type Beat, type Story } from '../story.ts';
import { tollOf } from '../toll.ts';

export const takenBack: Beat = {
  title: 'Somebody releases it all the same, with a reason',
  async play(story) {
    const { screen, checks, customers, today, world } = story;
    const before = tollOf(customers.records()).wronged;
    const released = await sluice(story, [
      ...['release', 'start', '--plan', storyPlan, '--retry', '--skip-mirror'],
      ...['--reason', 'support has promised it for today', '--wait'],
    ]);
    const reason = textOf(released.json, 'release', 'reason');
    const id = textOf(released.json, 'release', 'id');
    const explanation = await world.api.read<Explanation>(`/v1/releases/${id}/explanation`);
    const says = [
      ...explanation.says.slice(0, 1),
      ...explanation.says.filter((sentence) => sentence.startsWith('Odds say')),
    ];
    screen.say(
      '↩ Taken back by itself: every fourth customer had it, and a judge has read the answers.',
      'green',
    );
    screen.say(`$ sluice explain ${id.slice(0, 8)}`, 'cyan');
    for (const sentence of says) screen.say(sentence);
    await compareWithPrediction(story, explanation);
    const [sluiceToll, todaysToll] = [
      tollOf(customers.records()).wronged - before,
      tollOf(today.records()).wronged,
    ];
    screen.say(
      `${sluiceToll} customers were answered wrongly until then; today's way has ${todaysToll} by now, and goes on.`,
    );
    checks.claim(
      'live answers take it back by themselves, by what they say',
      released.code === 10 && reason.includes('answers scored worse than stable'),
      `exit code ${released.code}; ${reason}; ${stageSummary(released, 'mirror')}`,
    );
    checks.claim('the explanation says it in two sentences', says.length === 2, says.join(' '));
  },
};

/** What the mirror has foreseen of the same change, beside what came. */
async function compareWithPrediction(
  { world, screen, found }: Story,
  { guardrails }: Explanation,
): Promise<void> {
  const { predictions } = await world.api.read<MirrorReport>(`/v1/releases/${found.mirrored ?? ''}/mirror`);
  const predicted = predictions.find(({ guardrail }) => guardrail === 'score');
  const mean = guardrails.find(({ name }) => name === 'score')?.means?.candidate.mean;
  if (predicted === undefined || typeof mean !== 'number') return;
  const percent = (share: number) => `${((1 - share) * 100).toFixed(0)} %`;
  screen.say(
    `The mirror had predicted ${percent(predicted.candidate.expected)} wrong; ${percent(mean)} were.`,
  );
}
