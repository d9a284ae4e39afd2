// Takes the pictures of README.md from a stack that runs: node tools/pictures/take.ts (needs Chromium, and the built dashboard).
// What is on them is what the demo's story has just shown here; times and figures differ from run to run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import type { Release } from '../../api/schemas/releases.ts';
import { beats } from '../../examples/demo/story/beats/index.ts';
import { playStory } from '../../examples/demo/story/play-story.ts';
import { createScreen } from '../../examples/demo/story/screen.ts';
import { makeStory } from '../../examples/demo/story/story-app.ts';
import { startWorld, type DemoWorld } from '../../examples/demo/world.ts';
import { commentPage } from './comment-page.ts';
import { terminalSvg } from './terminal-svg.ts';

const folder = join(import.meta.dirname, '../../docs/pictures');
const columns = 100;
const largestBytes = 300_000;
const longestComment = 1_000;
/** A story without these has not been told. */
const [firstShown, lastShown] = [1, 3];

/** Heartbeats of a run away from a terminal, and what it says of a busy machine. */
const ofTheRun = /customers answered wrongly: {2}|\(This machine/;

/** The story as it was told, and the part of it that fits on a picture: from the deployment of today to what is taken back. */
async function tellStory(world: DemoWorld): Promise<string> {
  let text = '';
  const output = { write: (piece: string) => (text += piece), columns };
  const screen = createScreen({ output, redraw: false, colour: true });
  const { checks } = await playStory(world, screen, 40);
  const failed = checks.filter(({ held }) => !held);
  for (const { claim, seen } of failed) process.stdout.write(`did not hold: ${claim}: ${seen}\n`);
  const from = text.lastIndexOf('\n', text.indexOf(beats[firstShown]?.title ?? '')) + 1;
  const to = text.lastIndexOf('\n', text.indexOf(beats[lastShown + 1]?.title ?? ''));
  const card = text.lastIndexOf('\n', text.lastIndexOf('Customers answered wrongly'));
  const lines = `${text.slice(from, to)}\n${text.slice(card, text.indexOf('Yours:'))}`.split('\n');
  const shown = lines.filter((line) => !ofTheRun.test(line)).join('\n');
  return shown.replaceAll(/\n{3,}/g, '\n\n');
}

/** The page of the release that live answers have taken back. */
async function pictureDashboard(world: DemoWorld, browser: Browser): Promise<Buffer> {
  const { items } = await world.api.get<{ items: Release[] }>('/v1/releases?app=bank-support');
  const id = items.find(({ state }) => state === 'rolled_back')?.id;
  if (id === undefined) throw new Error('No release was taken back.');
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(`${world.stack.connections.apiUrl}/ui/r/${id}#token=${world.token}`);
  await page.getByRole('img', { name: /^Odds against/ }).waitFor();
  await page.getByRole('img', { name: /share of the traffic/ }).waitFor();
  return page.screenshot();
}

/** The comment on a pull request that hands over to a person whoever writes of what a critical case is about. */
async function pictureComment(world: DemoWorld, browser: Browser): Promise<Buffer> {
  world.app.apply({
    label: 'intent-v3',
    message: 'Hand what may be dangerous to a person',
    fields: [[['revision', 'prompts', 'answer'], 'prompts/answer-v3.prompt']],
  });
  const { code, stderr } = await world.commands.sluice([
    ...['eval', '--baseline', 'git:HEAD~1', '--markdown', 'comment.md'],
  ]);
  if (code !== 11) throw new Error(`sluice eval ended with ${code}: ${stderr}`);
  const page = await browser.newPage({ viewport: { width: 892, height: 400 } });
  await page.setContent(commentPage(readFileSync(join(world.app.directory, 'comment.md'), 'utf8')));
  // What follows newly failing cases is below the edge, as on a screen.
  const rest = await page.getByRole('heading', { name: /^Still failing/ }).boundingBox();
  const height = Math.ceil((rest?.y ?? longestComment) + (rest?.height ?? 0));
  return page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 892, height } });
}

function keep(name: string, content: string | Buffer): void {
  if (content.length > largestBytes)
    throw new Error(`${name} has ${content.length} bytes, and may have ${largestBytes}.`);
  writeFileSync(join(folder, name), content);
  process.stdout.write(`${name}: ${content.length} bytes\n`);
}

mkdirSync(folder, { recursive: true });
const world = await startWorld({
  ...{ dataDirectory: undefined, vendors: undefined, onProgress: () => undefined },
  ...{ adapt: makeStory, ownKnowledge: true },
});
// Root has no sandbox of Chromium's; what is opened is our own pages.
const browser = await chromium.launch({
  executablePath: process.env['SLUICE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  keep('terminal.svg', terminalSvg(await tellStory(world), columns));
  keep('dashboard.png', await pictureDashboard(world, browser));
  await world.provider?.up('anthropic');
  keep('comment.png', await pictureComment(world, browser));
} finally {
  await browser.close();
  await world.stop();
}
process.exit(0);
