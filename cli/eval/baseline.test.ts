import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { createApiClient } from '../http/api-client.ts';
import { json, problem, useFakeApi } from '../test-fixtures/fake-api.ts';
import { repositoryIn } from '../test-fixtures/repository.ts';
import { useFolder } from '../test-fixtures/sluice.ts';
import { parseBaseline } from './baseline.ts';
import { readSubjects } from './subjects.ts';

const folder = useFolder();
const repository = repositoryIn(folder);
const api = useFakeApi();
let told: string[] = [];

/** What `sluice eval` reads in a folder of the repository. */
async function subjects(
  baseline: string,
  { file = 'sluice.yaml', within = '.', baselineOptional = false } = {},
) {
  const settings = {
    workingDirectory: join(folder.path, within),
    home: join(folder.path, '.sluice'),
    environment: {},
    apiUrl: api.url,
    databaseUrl: undefined,
    breakGlassUrl: undefined,
    auditKeys: undefined,
    databasePasswords: {},
    token: 'slc_test',
    colour: false,
    redraw: false,
  };
  const context = { settings, api: () => createApiClient(settings), tell: (text: string) => told.push(text) };
  const { candidate, baseline: stable } = await readSubjects(
    { file, baseline, baselineOptional, plan: 'default' },
    context,
  );
  return { candidate, stable };
}

const templateOf = (revision: { content: { prompts: Record<string, { template: string }> } } | undefined) =>
  revision?.content.prompts['answer']?.template;

async function errorOf(baseline: string, where?: Parameters<typeof subjects>[1]): Promise<SluiceError> {
  const error = await subjects(baseline, where).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SluiceError) return error;
  throw new Error(`${baseline} was not refused as it should be: ${String(error)}`);
}

/** An app in a folder of the repository; the model stays, the words of the prompt and of its partial change. */
function writeApp(words: string, { at = '', prompt = 'prompts/answer.prompt', name = 'sluice.yaml' } = {}) {
  folder.write(
    join(at, name),
    `app: my-app
revision:
  prompts: { answer: ${prompt} }
  chain: [{ provider: openai, model: gpt-5-mini }]
evaluate: { suites: [evals/smoke.yaml] }
`,
  );
  folder.write(join(at, prompt), `{{role "system"}}\n${words}\n{{>rules}}\n{{history}}\n`);
  folder.write(join(at, prompt, '..', '_rules.prompt'), `Rules of ${words}\n`);
  folder.write(
    join(at, 'evals/smoke.yaml'),
    'tests: [{ vars: { message: Hi }, assert: [{ type: contains, value: x }] }]\n',
  );
}

beforeEach(() => {
  told = [];
});

describe('git:REF', () => {
  it('takes every file as the commit has it, never as the working tree does', async () => {
    writeApp('Before');
    const first = repository.commit();
    writeApp('After');
    const { candidate, stable } = await subjects('git:HEAD');
    expect(templateOf(candidate)).toContain('After\nRules of After');
    expect(templateOf(stable)).toBe('{{role "system"}}\nBefore\nRules of Before\n{{history}}\n');
    expect(stable?.label).toBe(`my-app-${first.slice(0, 7)}`);
    expect(told).toEqual([
      `baseline: my-app-${first.slice(0, 7)}, HEAD:sluice.yaml of commit ${first.slice(0, 7)}`,
    ]);
  });

  it('works in folders below, from above, and for prompts that had other paths', async () => {
    writeApp('Before', { at: 'apps/mine', prompt: 'old/place.prompt' });
    repository.commit();
    repository.git('rm', '-rq', 'apps/mine/old');
    writeApp('After', { at: 'apps/mine' });
    repository.commit();
    for (const where of [{ within: 'apps/mine' }, { file: 'apps/mine/sluice.yaml' }]) {
      const { candidate, stable } = await subjects('git:HEAD~1', where);
      expect([templateOf(candidate), templateOf(stable)].map((text) => text?.split('\n')[1])).toEqual([
        'After',
        'Before',
      ]);
    }
  });

  it('finds the file of the app where it was before, or takes the one that is named', async () => {
    writeApp('Before', { name: 'support.yaml' });
    folder.write('other.yaml', 'app: other-app\n');
    repository.commit();
    mkdirSync(join(folder.path, 'moved'));
    for (const name of ['prompts', 'evals'])
      renameSync(join(folder.path, name), join(folder.path, 'moved', name));
    repository.git('rm', '-q', 'support.yaml');
    writeApp('After', { at: 'moved' });
    repository.commit();
    for (const baseline of ['git:HEAD~1', 'git:HEAD~1:support.yaml']) {
      expect(templateOf((await subjects(baseline, { within: 'moved' })).stable)).toContain('Before');
    }
    expect(await errorOf('git:HEAD~1:gone.yaml', { within: 'moved' })).toMatchObject({
      code: 'not_found',
      message: 'There is no file HEAD~1:gone.yaml.',
    });
  });

  it('asks which file where a commit has several of the app, and says so where it has none', async () => {
    writeApp('Before', { at: 'a' });
    writeApp('Before', { at: 'b' });
    repository.commit();
    writeApp('After');
    expect(await errorOf('git:HEAD')).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('a/sluice.yaml, b/sluice.yaml') as string,
      remedy: 'Name one of them: git:HEAD:a/sluice.yaml',
    });
    repository.git('rm', '-rq', '--cached', 'a', 'b');
    repository.git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'none');
    expect(await errorOf('git:HEAD')).toMatchObject({
      code: 'not_found',
      remedy: expect.stringContaining('new app') as string,
    });
  });

  it('measures the candidate alone where it may be missing and is, and nowhere else', async () => {
    const optional = { baselineOptional: true };
    folder.write('README.md', 'No app yet.');
    repository.commit('README.md');
    writeApp('First');
    expect(await subjects('git:HEAD', optional)).toMatchObject({ stable: undefined });
    expect(told.at(-1)).toMatch(/^baseline: none\. The commit HEAD has neither/);
    repository.commit();
    expect(await subjects('git:HEAD', optional)).toMatchObject({ stable: undefined });
    expect(told.at(-1)).toContain('no revision has changed');
    expect(await errorOf('git:gone', optional)).toMatchObject({ code: 'not_found' });
    writeApp('Second');
    expect(templateOf((await subjects('git:HEAD', optional)).stable)).toContain('First');
  });

  it('reads line ends, byte order marks and links as the working tree is read', async () => {
    writeApp('Same');
    folder.write('shared/rules.prompt', 'Rules of Same\r\n');
    folder.write('prompts/answer.prompt', '\uFEFF{{role "system"}}\r\nSame\r\n{{>rules}}\r\n{{history}}\r\n');
    rmSync(join(folder.path, 'prompts/_rules.prompt'));
    symlinkSync('../shared/rules.prompt', join(folder.path, 'prompts/_rules.prompt'));
    repository.commit();
    expect(await errorOf('git:HEAD')).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/is the candidate itself: both are rev_/) as string,
      remedy: expect.stringContaining('leave --baseline out') as string,
    });
    folder.write('shared/rules.prompt', 'Others\n');
    expect(templateOf((await subjects('git:HEAD')).stable)).toContain('Same\nRules of Same\n');
  });

  it('says how a shallow clone gets what it lacks, and that way works', async () => {
    writeApp('Before');
    repository.commit();
    repository.git('checkout', '-q', '-b', 'change');
    writeApp('After');
    repository.commit();
    repository.git('clone', '-q', '--depth=1', '--branch=change', `file://${folder.path}`, 'clone');
    const where = { within: 'clone' };
    expect(await errorOf('git:HEAD~1', where)).toMatchObject({
      code: 'not_found',
      message: 'There is no commit "HEAD~1" in this clone, which is shallow.',
      remedy: expect.stringContaining('`git fetch --unshallow`') as string,
    });
    const { remedy = '' } = await errorOf('git:origin/main', where);
    const [, command = ''] = /`git (fetch [^`]+)`/.exec(remedy) ?? [];
    repository.within('clone').git(...command.split(' '));
    expect(templateOf((await subjects('git:FETCH_HEAD', where)).stable)).toContain('Before');
    repository.within('clone').git('fetch', '-q', '--unshallow');
    expect(templateOf((await subjects('git:HEAD~1', where)).stable)).toContain('Before');
  });

  it('points at the remote branch where the local one is not there, and refuses what is no commit', async () => {
    writeApp('Before');
    repository.commit();
    repository.git('update-ref', 'refs/remotes/origin/stable', 'HEAD');
    expect(await errorOf('git:stable')).toMatchObject({ remedy: 'The remote has it: git:origin/stable.' });
    expect(await errorOf('git:--all')).toMatchObject({ code: 'not_found' });
    expect(await errorOf('git:')).toMatchObject({ code: 'usage' });
    rmSync(join(folder.path, '.git'), { recursive: true });
    folder.write('sluice.yaml', specWithLabel());
    expect(await errorOf('git:HEAD')).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('not a git repository') as string,
    });
  });
});

describe('production', () => {
  const content = revisionContentSchema.parse({
    prompts: { answer: { template: 'Stable\n{{history}}\n' } },
    chain: [{ provider: 'openai', model: 'gpt-5-mini' }],
  });
  const digest = revisionDigest(content);
  const active = 'GET /v1/apps/my-app/active?environment=production';

  it('is the stable revision that the API names', async () => {
    writeApp('After');
    folder.write('sluice.yaml', specWithLabel());
    api.answers.set(active, json(200, { stable: { label: 'my-app-v7', digest, chain: [] } }));
    api.answers.set(
      `GET /v1/apps/my-app/revisions/${digest}`,
      json(200, { label: 'my-app-v7', digest, content }),
    );
    const { stable } = await subjects('production');
    expect(stable).toEqual({ app: 'my-app', label: 'my-app-v7', digest, content });
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer slc_test',
      'Bearer slc_test',
    ]);
  });

  it.each([
    [problem(404, 'not_active', 'It has no stable revision.'), 'not_active'],
    [json(200, { app: 'my-app', version: 1 }), 'not_active'],
    [problem(401, 'unauthenticated', 'No token.'), 'unauthenticated'],
    [problem(503, 'unreachable', 'PostgreSQL is away.'), 'unreachable'],
  ])('is refused where it cannot be had (%#)', async (answer, code) => {
    writeApp('After');
    folder.write('sluice.yaml', specWithLabel());
    api.answers.set(active, answer);
    expect(await errorOf('production')).toMatchObject({ code });
  });
});

/** Outside of git a label has to be written. */
function specWithLabel(): string {
  return `app: my-app
revision:
  label: my-app-v8
  prompts: { answer: prompts/answer.prompt }
  chain: [{ provider: openai, model: gpt-5-mini }]
evaluate: { suites: [evals/smoke.yaml] }
`;
}

describe('another sluice.yaml', () => {
  it('is warned of where it takes a file of the candidate, and refused where it is the candidate', async () => {
    writeApp('Words');
    folder.write('sluice.yaml', specWithLabel());
    folder.write('other.yaml', specWithLabel().replace('gpt-5-mini', 'gpt-5').replace('v8', 'v7'));
    expect((await subjects('other.yaml')).stable?.content.chain[0]?.model).toBe('gpt-5');
    expect(told[0]).toMatch(
      /^warning: other\.yaml takes prompts\/answer\.prompt, prompts\/_rules\.prompt as the candidate/,
    );
    folder.write('other.yaml', specWithLabel().replace('v8', 'v7'));
    expect(await errorOf('other.yaml')).toMatchObject({ code: 'usage' });
    folder.write('other.yaml', specWithLabel().replace('my-app', 'other-app'));
    expect(await errorOf('other.yaml')).toMatchObject({
      message: expect.stringContaining('not "my-app"') as string,
    });
  });
});

it.each([
  ['git:main', { kind: 'git', ref: 'main', path: undefined }],
  ['git:origin/main:apps/a.yaml', { kind: 'git', ref: 'origin/main', path: 'apps/a.yaml' }],
  ['git:main@{2026-01-01 10:00}', { kind: 'git', ref: 'main@{2026-01-01 10:00}', path: undefined }],
  ['production', { kind: 'production' }],
  ['./production', { kind: 'file', file: './production' }],
  ['stable.yaml', { kind: 'file', file: 'stable.yaml' }],
])('%s says where the baseline comes from', (text, source) => {
  expect(parseBaseline(text)).toEqual(source);
});
