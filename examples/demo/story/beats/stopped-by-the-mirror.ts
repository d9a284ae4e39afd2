import type { MirroredPairs, MirrorReport } from '../../../../api/schemas/mirror.ts';
import { stageSummary, textOf } from '../../journey.ts';
import { storyPlan } from '../story-app.ts';
import { quoted, sluice, type Beat, type Story } from '../story.ts';
import { tollOf } from '../toll.ts';

const pairsShown = 3;
/** The same question may be there in each protocol. */
const pairsRead = 20;

export const stoppedByTheMirror: Beat = {
  title: 'The same change by Sluice',
  async play(story) {
    const { screen, checks, customers, world, word } = story;
    world.app.apply({ label: 'hasty-1', message: 'Mend what a customer complained about', fields: [] });
    const before = tollOf(customers.records()).wronged;
    const released = await sluice(story, ['release', 'start', '--plan', storyPlan, '--wait']);
    const evaluated = stageSummary(released, 'evaluate');
    screen.say(`✔ The test suite passes: ${verdictOf(evaluated)}`, 'green');
    screen.say(`It has no case with “${word}”: a suite knows what somebody has thought of.`);
    checks.claim('its evaluation passes', evaluated.startsWith('pass'), evaluated);
    story.found.mirrored = textOf(released.json, 'release', 'id');
    await showMirror(story, story.found.mirrored);
    const mirrored = stageSummary(released, 'mirror');
    const wronged = tollOf(customers.records()).wronged - before;
    screen.say(`■ Stopped, before any customer had an answer of it: ${wronged} wronged.`, 'green');
    checks.claim(
      'its mirror stops it, and no customer sees it',
      released.code === 11 && mirrored.startsWith('fail') && wronged === 0,
      `exit code ${released.code}; ${mirrored}; ${wronged} customers wronged`,
    );
  },
};

/** Its rate, and the comparison with what serves; not what it took. */
function verdictOf(summary: string): string {
  return `${summary
    .replace(/^pass: /, '')
    .split('; ')
    .slice(0, 2)
    .join('; ')}.`;
}

/** What was asked of both, three of the pairs that differ most, and what the mirror expects of production. */
async function showMirror({ world, screen, checks }: Story, id: string): Promise<void> {
  const report = await world.api.read<MirrorReport>(`/v1/releases/${id}/mirror`);
  const pairs = await world.api.read<MirroredPairs>(`/v1/releases/${id}/mirror/pairs?limit=${pairsRead}`);
  const shown = new Map(pairs.items.map((pair) => [pair.request?.turns.at(-1)?.text ?? '', pair]));
  const items = [...shown].slice(0, pairsShown);
  screen.say(
    `✖ The mirror asks both versions, out of sight, what customers have just asked: ${report.scores?.pairs ?? 0} questions.`,
    'red',
  );
  for (const [asked, { candidate, stable }] of items) {
    screen.lines([
      quoted(asked, 80),
      `    today  ${firstLine(stable?.text)}`,
      `    new    ${firstLine(candidate?.text)}`,
    ]);
  }
  const predicted = report.predictions.find(({ guardrail }) => guardrail === 'score');
  if (predicted !== undefined) screen.say(predictionText(predicted));
  checks.claim(
    'it shows three pairs and predicts',
    items.length === pairsShown &&
      predicted !== undefined &&
      predicted.candidate.expected < predicted.stable.expected,
    `${items.length} pairs; ${predicted === undefined ? 'no prediction' : predictionText(predicted)}`,
  );
}

type Predicted = MirrorReport['predictions'][number];

/** What a mirror expects of production, as shares of wrong answers. */
function predictionText({ candidate, stable }: Predicted): string {
  const of = (share: number) => `${((1 - share) * 100).toFixed(0)} %`;
  return (
    `It predicts for production: ${of(candidate.expected)} of the answers wrong ` +
    `(${of(candidate.upper)} to ${of(candidate.lower)}), today ${of(stable.expected)}.`
  );
}

function firstLine(text = '(no answer)'): string {
  return text.split('\n')[0] ?? '';
}
