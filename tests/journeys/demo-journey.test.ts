import type { Check } from '../../examples/demo/checks.ts';
import { createDisplay } from '../../examples/demo/display.ts';
import { playJourney } from '../../examples/demo/play.ts';
import { steps } from '../../examples/demo/steps/index.ts';
import { startWorld, type World } from '../../examples/demo/world.ts';

const setUpMs = 60_000;
const journeyMs = 360_000;

describe('the journey of the demo, on the example app', () => {
  let world: World | undefined;
  let checks: readonly Check[] = [];
  let told = '';

  beforeAll(async () => {
    world = await startWorld({ dataDirectory: undefined, vendors: undefined, onProgress: () => undefined });
    const display = createDisplay((text) => (told += text), false);
    ({ checks } = await playJourney(world, display, 40));
  }, setUpMs + journeyMs);

  afterAll(async () => {
    await world?.stop();
  }, setUpMs);

  it.each(steps.map(({ title }, i) => [i + 1, title] as const))('step %i holds: %s', (number) => {
    const claims = checks.filter(({ step }) => step === number);
    const failed = claims.filter(({ held }) => !held).map(({ claim, seen }) => `${claim}: ${seen}`);
    // What the demo printed says what led to a claim that failed.
    if (failed.length > 0) throw new Error(`${failed.join('\n')}\n\n${told}`);
    expect(claims.length).toBeGreaterThan(0);
  });
});
