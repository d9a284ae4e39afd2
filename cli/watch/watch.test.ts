import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { closedAs, events, json, releaseOf, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { canaryView, rolledBackView } from './test-fixtures/views.ts';

const folder = useFolder();
const api = useFakeApi();
const { id } = canaryView().row;

function serves(view: ReleaseView, ...releases: Parameters<typeof events>[0]): void {
  api.answers.set(`GET /v1/releases/${id}/events`, events(releases));
  api.answers.set(`GET /v1/releases/${id}/view`, json(200, view));
}

interface OnTerminal {
  /** All that was written to the terminal. */
  readonly written: () => string;
  readonly type: (keys: string) => void;
  /** The exit code, once it is over. */
  readonly ended: Promise<number | null>;
}

/** Runs the command at a terminal of its own, 100 columns wide and 40 rows high. */
function onTerminal(argv: readonly string[], env: Record<string, string> = {}): OnTerminal {
  const command = [process.execPath, resolve(import.meta.dirname, '../main.ts'), ...argv];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', `stty cols 100 rows 40; exec ${quoted}`, '/dev/null'], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', SLUICE_API_URL: api.url, ...env },
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { written: () => written, type: (keys) => child.stdin.write(keys), ended };
}

it('leaves the last block standing once on a terminal, by no alternate screen and without clearing it', async () => {
  serves(rolledBackView(), releaseOf({ id }), closedAs('rolled_back', { id }));
  const terminal = onTerminal(['release', 'watch', id]);
  expect(await terminal.ended).toBe(10);
  const written = terminal.written();
  expect(written).toContain('\u001B[?2026h');
  expect(written).not.toContain('\u001B[?1049h');
  expect(written).not.toContain('\u001B[2J');
  // What stands there in the end: behind the last time that what was drawn is taken away.
  const standing = written.slice(written.lastIndexOf('\u001B[J'));
  expect(standing.match(/rolled back by Sluice: latency/g)).toHaveLength(1);
  expect(standing).toContain(`sluice: outcome=rolled_back code=10 release=${id}`);
});

it('detaches at Ctrl-C: a line, the outcome, 130, and the release goes on', async () => {
  serves(canaryView(), releaseOf({ id }));
  const terminal = onTerminal(['release', 'watch', id]);
  await waitFor(() => terminal.written().includes('live'), { what: 'the block' });
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  expect(terminal.written()).toContain(
    `Detached: the release goes on. Look again: sluice release watch ${id}`,
  );
  expect(terminal.written()).toMatch(new RegExp(`sluice: outcome=detached code=130 release=${id}\\r?\\n$`));
  expect(api.received.every(({ method }) => method === 'GET')).toBe(true);
});

it.each([[{ CI: 'true' }], [{ TERM: 'dumb' }]])(
  'moves no cursor on a terminal that nobody looks at: %j',
  async (env) => {
    serves(rolledBackView(), closedAs('rolled_back', { id }));
    const terminal = onTerminal(['release', 'watch', id, '--ascii'], env);
    expect(await terminal.ended).toBe(10);
    const written = terminal.written();
    for (const moved of ['\u001B[?', '\u001B[J', 'A\u001B[']) expect(written).not.toContain(moved);
    expect(written).toContain('x 25 %        failed');
    expect(/[^\0-\u007F]/.exec(written)?.[0]).toBeUndefined();
  },
);

it('tells a line a change away from a terminal, and the page as the result', async () => {
  serves(rolledBackView(), closedAs('rolled_back', { id }));
  const ran = await sluice(['release', 'watch', id], { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
  expect(ran.code).toBe(10);
  expect(ran.stderr.split('\n').slice(0, -1)).toEqual([
    expect.stringMatching(/^2026-11-23T14:20:31Z support-v42 canary-25 rolled back by Sluice worst=latency/),
    `sluice: outcome=rolled_back code=10 release=${id}`,
  ]);
  expect(ran.stdout).toContain('✖ 25 %        failed       latency is worse than allowed');
});

it('shows the status of a release where the server has no page of it', async () => {
  api.answers.set(`GET /v1/releases/${id}/events`, events([closedAs('blocked', { id })]));
  const ran = await sluice(['release', 'watch', id], { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
  expect(ran).toMatchObject({ code: 11 });
  expect(ran.stdout).toMatch(/^■ blocked my-app/);
});
