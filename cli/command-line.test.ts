import { leastSpec, sluice, useFolder } from './test-fixtures/sluice.ts';

const folder = useFolder();
const run = (argv: string[], env: NodeJS.ProcessEnv = {}) => sluice(argv, { cwd: folder.path, env });

describe('a call that is malformed', () => {
  it.each([
    [['relese'], 'Did you mean release?'],
    [['validate', '--fil', 'x'], 'Did you mean --file?'],
    [['rollback'], "missing required argument 'app'"],
    [['release', 'start', '--timeout', '5 minutes'], '"5 minutes" is no duration'],
    [['audit', '--limit', '51'], 'from 1 to 50'],
    [['audit', '--verify', '--app', 'x'], 'cannot be used with option'],
    [['token', 'create', '--name', 'ci'], "required option '--role <role>'"],
    [['token', 'create', '--name', 'ci', '--role', 'king'], 'viewer, releaser, operator, admin'],
    [['release', 'strat'], 'Did you mean start?'],
  ])('%j ends with 2 and a hint', async (argv, hint) => {
    const ran = await run(argv);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(hint);
    expect(ran.stderr).toMatch(/\nsluice: outcome=usage code=2\n$/);
  });

  it('is a JSON document with --json, which may stand anywhere', async () => {
    for (const argv of [
      ['--json', 'nope'],
      ['nope', '--json'],
    ]) {
      const { stdout } = await run(argv);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: 'usage',
        code: 2,
        error: { remedy: /./ },
      });
    }
  });
});

describe('help', () => {
  it.each([
    [[], 'Usage: sluice '],
    [['release'], 'Usage: sluice release '],
    [['help', 'audit'], 'Usage: sluice audit '],
  ])('is what %j prints, and no error', async (argv, usage) => {
    const ran = await run(argv);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(new RegExp(`^${usage}[^]+\n[A-Za-z ]*Commands:\n`));
  });

  const commands = [
    'up',
    'init',
    'validate',
    'eval',
    'schema',
    'migrate',
    'app create',
    'active',
    'rollback',
    'audit',
    'release start',
    'release list',
    'release status',
    'release watch',
    'release pause',
    'release resume',
    'release abort',
    'release promote',
    'token create',
    'token list',
    'token revoke',
  ];
  it.each(['', ...commands])('of "%s" goes to standard output and has examples', async (command) => {
    const ran = await run([...command.split(' ').filter((word) => word !== ''), '--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^Usage: sluice[^]+\nExamples:\n {2}[^]+\nOptions:\n/);
    expect(ran.stdout).not.toContain('default: false');
  });
});

describe('an error', () => {
  it('says what happened and what to do next, without a stack trace', async () => {
    const ran = await run(['validate']);
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toBe(
      'There is no file sluice.yaml.\n  → Check the path; `sluice init` writes a working sluice.yaml for a new app.\n' +
        'sluice: outcome=not_found code=3\n',
    );
  });

  it('shows where it comes from with --verbose', async () => {
    expect((await run(['validate', '--verbose'])).stderr).toContain('    at ');
  });

  it('is a JSON document with --json', async () => {
    expect(JSON.parse((await run(['validate', '--json'])).stdout)).toEqual({
      outcome: 'not_found',
      code: 3,
      error: expect.objectContaining({ message: 'There is no file sluice.yaml.' }) as unknown,
    });
  });

  it.each([
    [{}, 'It is not known where the API is.', 2],
    [{ SLUICE_API_URL: 'no url' }, 'at SLUICE_API_URL', 2],
    [{ SLUICE_API_URL: 'http://127.0.0.1:1' }, 'The API at http://127.0.0.1:1 did not answer', 5],
  ])('tells the API that is not named from the one that is away: %j', async (env, message, code) => {
    const ran = await run(['active'], env);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });

  it('names a file of the stack that is damaged', async () => {
    folder.write('.sluice/connections.json', '{');
    const ran = await run(['active']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('connections.json');
  });
});

it('finds the stack that was started in the folder', async () => {
  const apiUrl = 'http://127.0.0.1:1';
  const connections = { apiUrl, databaseUrl: 'postgres://x', temporalAddress: 'x', productionGateways: [] };
  folder.write('.sluice/connections.json', JSON.stringify({ ...connections, stagingGateway: 'x' }));
  expect((await run(['active'])).stderr).toContain(apiUrl);
});

it('paints on a terminal only, and never with NO_COLOR or --no-color', async () => {
  const { runCommandLine } = await import('./command-line.ts');
  const { createServer } = await import('node:http');
  const { closedAs } = await import('./test-fixtures/fake-api.ts');
  const server = createServer((_request, response) => response.end(JSON.stringify(closedAs('blocked'))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const print = async (isTTY: boolean, env: NodeJS.ProcessEnv, ...more: string[]): Promise<string> => {
    let printed = '';
    const output = { isTTY, write: (text: string) => (printed += text) };
    await runCommandLine(['release', 'status', `rel_${'0'.repeat(32)}`, ...more], {
      environment: { SLUICE_API_URL: `http://127.0.0.1:${port}`, ...env },
      workingDirectory: folder.path,
      stdout: output,
      stderr: { write: () => true },
    });
    return printed;
  };
  try {
    expect(await print(true, {})).toContain('\u001B[31m■ blocked\u001B[0m');
    for (const plain of [
      await print(false, {}),
      await print(true, { NO_COLOR: '1' }),
      await print(true, { TERM: 'dumb' }),
      await print(true, {}, '--no-color'),
    ])
      expect(plain).toMatch(/^■ blocked /);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it('prints the outcome and the code in the JSON of a command that worked', async () => {
  folder.write('sluice.yaml', leastSpec);
  const ran = await run(['validate', '--json']);
  expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'done', code: 0, app: 'my-app' });
  expect(ran.stderr).toMatch(/^sluice: outcome=done code=0\n$/m);
});
