import { changes } from '../changes.ts';
import { field, sluice, stageSummary, textOf, type DemoStep, type Journey } from '../../journey.ts';
import { criterion, labelsFile, scoredPlan } from '../../scored-app.ts';

/** The judge among the simulator's models knows what is right; it sees it as well as a good one does. */
const seen = { sensitivity: 0.98, specificity: 0.98 };

/** Has people's labels admit the judge: only then does it decide anything. */
async function admitJudge({ world, ...journey }: Journey): Promise<void> {
  const truth = world.app.queries.map(({ text, category }) => ({ text, label: category }));
  await world.provider?.judge({ ...seen, truth });
  const said = await sluice({ world, ...journey }, [
    ...['judge', 'calibrate', 'default', labelsFile, '--criterion', criterion],
  ]);
  journey.checks.claim(
    'labels of people admit the judge',
    field(said.json, 'mayDecide') === true,
    `sensitivity ${shareAt(said.json, 'sensitivity', 'estimate')}, specificity ${shareAt(said.json, 'specificity', 'estimate')}`,
  );
}

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  display.say(
    'A change that answers at once, in good English, with 200: and wrongly, to one customer in ten. What these write\n' +
      'is in no case of the suite. Errors and latency say nothing; a judge that reads the answers does.',
  );
  await admitJudge(journey);
  world.app.apply(changes.fluent);
  const released = await sluice(journey, ['release', 'start', '--plan', scoredPlan, '--wait']);
  const evaluated = stageSummary(released, 'evaluate');
  checks.claim('intent-v4b passes its evaluation', evaluated.startsWith('pass'), evaluated);
  const id = textOf(released.json, 'release', 'id');
  const mirror = await world.commands.sluice(['mirror', 'show', id]);
  const [candidate, stable] = ['candidate', 'stable'].map((arm) => shareAt(mirror.json, 'scores', arm));
  checks.claim(
    'its mirror shows that it answers worse',
    Number(field(mirror.json, 'scores', 'difference')) < 0,
    `mean score ${candidate} against ${stable}, in ${String(field(mirror.json, 'scores', 'pairs'))} pairs`,
  );
  const reason = textOf(released.json, 'release', 'reason');
  checks.claim(
    'live answers take it back by themselves, by their scores',
    released.code === 10 && reason.includes('answers scored worse than stable'),
    `exit code ${released.code}; ${reason}`,
  );
  report(journey);
}

/** That nothing else would have found it: its answers came as surely as those of stable meanwhile. */
function report({ world, checks }: Journey): void {
  const records = world.traffic.records();
  const own = records.filter(({ revision }) => revision === changes.fluent.label);
  const since = Math.min(...own.map(({ startedAtMs }) => startedAtMs));
  const others = records.filter(({ arm, startedAtMs }) => arm === 'stable' && startedAtMs >= since);
  const failed = (of: typeof own) => of.filter(({ outcome }) => outcome !== 'ok').length;
  const wrong = own.filter(({ right }) => right === false).length;
  checks.claim(
    'no more of its answers failed than of those of stable',
    own.length > 0 && failed(own) / own.length <= failed(others) / Math.max(1, others.length) + 0.02,
    `${own.length} answers of intent-v4b, ${failed(own)} errors, ${wrong} wrong; ${failed(others)} errors of ${others.length} of stable`,
  );
}

function shareAt(document: unknown, ...path: string[]): string {
  const share = field(document, ...path);
  return typeof share === 'number' ? share.toFixed(2) : '–';
}

export const fluentRelease: DemoStep = {
  title: 'intent-v4b is fluent, fast and wrong where its suite has no case',
  needsSimulator: true,
  play,
};
