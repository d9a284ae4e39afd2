import type { Explanation } from '../../../../domain/explanation/explanation.ts';
import { field, textOf } from '../../journey.ts';
import { sluice, until, type Beat, type Story } from '../story.ts';
import { tollOf } from '../toll.ts';
import { carefulLabel } from './everything-dies.ts';

const answersToSee = 40;
/** Until all gateways have heard of it, on a machine with much to do. */
const pressMs = 2_500;

export const providerDown: Beat = {
  title: 'The provider of the new version goes down; and one press takes the version out',
  async play(story) {
    const [open] = (await openOf(story)).items;
    if (open === undefined) throw new Error('no release is open');
    await failOver(story, open.id);
    await press(story, open.id);
  },
};

function openOf({ world }: Story): Promise<{ readonly items: readonly { readonly id: string }[] }> {
  return world.api.get('/v1/releases?app=bank-support&state=open');
}

async function failOver(story: Story, id: string): Promise<void> {
  const { screen, checks, customers, world } = story;
  const { provider } = world;
  if (provider === undefined) throw new Error('there is no provider that can be taken down');
  const downAt = Date.now();
  await provider.down('anthropic');
  const cutAt = Date.now();
  const since = () => customers.records().filter(({ startedAtMs }) => startedAtMs >= downAt);
  await until(story, 'answers of the second provider', 15_000, () =>
    since().filter(({ revision }) => revision === carefulLabel).length >= answersToSee ? true : undefined,
  );
  // What a customer has begun to read when its connection is cut cannot go on elsewhere.
  const isCut = ({ startedAtMs, outcome }: ReturnType<typeof since>[number]) =>
    startedAtMs <= cutAt && outcome === 'broken_answer';
  const cut = since().filter(isCut).length;
  const { answers, failed } = tollOf(since().filter((record) => !isCut(record)));
  screen.say(
    `${answers} answers since then, ${failed} failed${cut === 0 ? '' : `, and ${cut} that were half written broke off`}: ` +
      'the second provider answers in its place.',
  );
  const counted = await until(story, 'the hold', 20_000, () => heldBy(story, id));
  screen.say(
    `The new version pays for it: ${counted.candidate.bad} of ${counted.candidate.exposed} of its answers came from another model; ${counted.note ?? ''}.`,
  );
  checks.claim(
    'the second provider answers, and no customer sees an error',
    failed === 0 && counted.candidate.bad > 0,
    `${answers} answers, ${failed} failed, ${cut} broke off in the middle; ${counted.candidate.bad} answers of the new version came from its second model`,
  );
}

/** What its answers from another model have come to, once the step is held for them. */
async function heldBy({ world }: Story, id: string) {
  const { guardrails } = await world.api.read<Explanation>(`/v1/releases/${id}/explanation`);
  const counted = guardrails.find(({ name }) => name === 'failovers');
  if (counted === undefined || counted.evidence < counted.actsAt) return undefined;
  return counted;
}

async function press(story: Story, id: string): Promise<void> {
  const { screen, checks, customers, world } = story;
  const pressed = await sluice(story, ['rollback', 'bank-support', '--reason', 'we try again tomorrow']);
  const returnedAt = Date.now();
  await until(story, 'answers after the press', 10_000, () => {
    const after = customers.records().filter(({ startedAtMs }) => startedAtMs > returnedAt);
    return after.length >= answersToSee ? true : undefined;
  });
  const audit = await world.commands.sluice(['audit', '--release', id, '--limit', '50']);
  const entries = field(audit.json, 'items');
  const entry: unknown = Array.isArray(entries)
    ? entries.find((each) => textOf(each, 'action').includes('rollback'))
    : undefined;
  const decidedAt = Date.parse(textOf(entry, 'at'));
  const seen = customers.lastSeen(carefulLabel, 'candidate');
  const lastMs = (seen?.endedAtMs ?? Number.NaN) - decidedAt;
  screen.say(
    lastMs > 0
      ? `One press: its last answer ended ${lastMs} ms after the decision was written.`
      : 'One press: no answer of it ended after the decision was written.',
    'green',
  );
  checks.claim(
    'one press takes it out',
    pressed.code === 0 &&
      textOf(pressed.json, 'result') === 'done' &&
      (seen?.startedAtMs ?? 0) - decidedAt < pressMs,
    `${textOf(pressed.json, 'result')}, serving ${textOf(pressed.json, 'serving')}; last answer ${lastMs} ms after the decision`,
  );
}
