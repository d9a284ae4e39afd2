import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Display } from './display.ts';
import { createChecks } from './checks.ts';
import { createJourney, sluice } from './journey.ts';
import { openEditor } from './open-editor.ts';
import { firstStable } from './verify/steps/first-stable.ts';
import type { DemoWorld } from './world.ts';

const outcomes: Record<number, string> = {
  0: 'It was promoted: your change did no harm that the gates could find.',
  2: 'It was refused before anything ran: the prompt is not valid.',
  10: 'It was taken back by itself in live traffic.',
  11: 'The eval gate blocked it; production never saw it.',
  12: 'It could not be decided; production was left as it was.',
};

/** Lets the reader edit the prompt that serves, releases it, and says what became of it; again and again. */
export async function playEditing(world: DemoWorld, display: Display, ratePerSecond: number): Promise<void> {
  const checks = createChecks(
    () => 0,
    () => undefined,
  );
  const journey = createJourney(world, display, checks, ratePerSecond);
  display.section(1, firstStable.title);
  await firstStable.play(journey);
  const file = join(world.app.directory, 'prompts', 'answer-v1.prompt');
  for (let attempt = 1; ; attempt++) {
    display.section(attempt + 1, 'Your change');
    const before = readFileSync(file, 'utf8');
    await openEditor(process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi', file);
    if (readFileSync(file, 'utf8') === before) {
      display.say('Nothing was changed.');
    } else {
      world.app.apply({ label: `edited-${attempt}`, message: 'A change by hand', fields: [] });
      const released = await sluice(journey, ['release', 'start', '--plan', 'demo', '--wait']);
      display.say(outcomes[released.code] ?? `It ended with exit code ${released.code}.`);
      // The next edit starts from what serves, as a person would revert a change that was taken back.
      if (released.code !== 0) writeFileSync(file, before);
    }
    if (!/^y/i.test(await answerTo('   Edit again? [y/N] '))) return;
  }
}

/**
 * What was typed, or nothing where the input has ended (Ctrl-C, Ctrl-D). The terminal is taken for this one question only:
 * it belongs to the editor before, and Ctrl-C must stop the demo while a release runs.
 */
async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new AbortController();
  terminal.once('close', () => {
    ended.abort();
  });
  try {
    return await terminal.question(question, { signal: ended.signal });
  } catch (error) {
    if (ended.signal.aborted) return '';
    throw error;
  } finally {
    terminal.close();
  }
}
