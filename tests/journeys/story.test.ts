import { beats } from '../../examples/demo/story/beats/index.ts';
import { playStory, type Told } from '../../examples/demo/story/play-story.ts';
import { createScreen } from '../../examples/demo/story/screen.ts';
import { makeStory } from '../../examples/demo/story/story-app.ts';
import { startWorld, type DemoWorld } from '../../examples/demo/world.ts';

// The story of `npm run demo`, as it is told, with fewer customers: what it claims has to hold.

const setUpMs = 120_000;
const storyMs = 900_000;

let world: DemoWorld;
let told: Told;
let shown = '';

beforeAll(async () => {
  world = await startWorld({
    dataDirectory: undefined,
    vendors: undefined,
    onProgress: () => undefined,
    adapt: makeStory,
    ownKnowledge: true,
  });
  const screen = createScreen({
    output: { write: (text) => (shown += text), columns: 100 },
    redraw: false,
    colour: false,
  });
  told = await playStory(world, screen, 20);
}, setUpMs + storyMs);

afterAll(async () => {
  await world.stop();
}, setUpMs);

it.each(beats.map(({ title }, i) => [i + 1, title] as const))('beat %i holds: %s', (number) => {
  const claims = told.checks.filter(({ step }) => step === number);
  const failed = claims.filter(({ held }) => !held).map(({ claim, seen }) => `${claim}: ${seen}`);
  // What was told says what led to a claim that failed.
  if (failed.length > 0) throw new Error(`${failed.join('\n')}\n\n${shown}`);
  expect(claims.length).toBeGreaterThan(0);
});

it('wrongs far fewer customers with Sluice than without, and says both numbers as they were counted', () => {
  const { today, sluice } = told.wronged;
  expect(sluice).toBeLessThanOrEqual(today / 2);
  expect(shown).toContain(`today's way   ${today} of `);
  expect(shown).toContain(`with Sluice   ${sluice} of `);
});

it('tells every beat with its time, and moves no cursor off a terminal', () => {
  const said = shown.split('\n');
  for (const { title } of beats)
    expect(said.some((line) => /^\d+:\d\d /.test(line) && line.endsWith(title))).toBe(true);
  expect(shown).not.toContain('\u001B');
});
