import { longMessageCharacters } from '../../app-folder.ts';
import { changes } from '../changes.ts';
import { field, sluice, stageSummary, textOf, type Journey, type DemoStep } from '../../journey.ts';

/** Time of the newest audit entry that took a revision back, in milliseconds since 1970. */
async function decidedAtMs(journey: Journey, release: string): Promise<number> {
  const audit = await journey.world.commands.sluice(['audit', '--release', release, '--limit', '50']);
  const items = field(audit.json, 'items');
  const entry: unknown = Array.isArray(items)
    ? items.find((each) => textOf(each, 'action').includes('rollback'))
    : undefined;
  return Date.parse(textOf(entry, 'at'));
}

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  display.say(
    'A change that saves nine tenths of the cost: a small, quick model, without a second one behind it. It is wanted\n' +
      'at once, so its plan leaves the mirror replay out. The suite has short messages only; this model is quick up to\n' +
      `${longMessageCharacters(world.app.queries)} characters, and a fifth of the customers writes more.`,
  );
  world.app.apply(changes.v4);
  const released = await sluice(journey, ['release', 'start', '--plan', 'demo-hurried', '--wait']);
  checks.claim(
    'intent-v4 passes its evaluation',
    stageSummary(released, 'evaluate').startsWith('pass'),
    stageSummary(released, 'evaluate'),
  );
  checks.claim(
    'it is taken back by itself',
    released.code === 10,
    `exit code ${released.code}; ${textOf(released.json, 'release', 'reason')}`,
  );
  await report(journey, textOf(released.json, 'release', 'id'));
}

/** What it cost: requests that reached it, time to the decision, time to the last request, and what 100 % would have cost. */
async function report(journey: Journey, release: string): Promise<void> {
  const { world, checks } = journey;
  const records = world.traffic.records();
  const candidate = records.filter(
    ({ revision, arm, reason }) =>
      (revision === 'intent-v4' && arm === 'candidate') || (reason === 'rescued' && arm === 'stable'),
  );
  const starts = candidate.map(({ startedAtMs }) => startedAtMs);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const decided = await decidedAtMs(journey, release);
  const rescued = candidate.filter(({ reason }) => reason === 'rescued').length;
  const failed = candidate.filter(({ outcome }) => outcome !== 'ok').length;
  // What a caller has read cannot be taken back: a stream that breaks off after its start is not rescued.
  const begun = candidate.filter(({ outcome, streaming }) => streaming && outcome === 'broken_answer').length;
  const meanwhile = records.filter(({ startedAtMs }) => startedAtMs >= first && startedAtMs <= last).length;
  const share = candidate.length === 0 ? 0 : (rescued + failed) / candidate.length;
  checks.claim(
    'few requests reached it, and stable answered those that it failed',
    candidate.length > 0 && failed === begun,
    `${candidate.length} of ${meanwhile} requests reached it, ${rescued} were rescued by stable, callers saw ${failed - begun} errors and ${begun} streams that broke off after their start`,
  );
  checks.claim(
    'the decision was quick, and the last candidate request started soon after it',
    last - decided < 2500,
    `${((decided - first) / 1000).toFixed(1)} s from its first request to the decision; ${
      last > decided
        ? `last candidate request ${last - decided} ms after it`
        : 'no candidate request started after it'
    }`,
  );
  checks.claim(
    'the same change at 100 % would have cost more',
    share * meanwhile > candidate.length * share,
    `about ${Math.round(share * meanwhile)} bad answers in the same time at 100 %, with no stable revision to rescue them`,
  );
}

export const badRelease: DemoStep = {
  title: 'intent-v4 passes its evaluation and fails in live traffic',
  needsSimulator: true,
  play,
};
