import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { repositoryIn } from '../test-fixtures/repository.ts';
import { useFolder } from '../test-fixtures/sluice.ts';
import { packRelease } from './pack.ts';
import { warningsOf } from './warnings.ts';

const folder = useFolder();
const repository = repositoryIn(folder);

const pack = (options: { label?: string; allowDirty?: boolean; env?: NodeJS.ProcessEnv } = {}) =>
  packRelease({
    file: 'sluice.yaml',
    label: options.label,
    allowDirty: options.allowDirty ?? false,
    allowUntracked: options.allowDirty ?? false,
    settings: { environment: options.env ?? {}, workingDirectory: folder.path },
  });

const spec = `app: my-app
revision:
  label: v1
  prompts: { answer: prompts/answer.prompt }
  chain: [{ provider: openai, model: gpt-5-mini }]
evaluate:
  suites: [evals/smoke.yaml]
`;
const prompt = '---\ninput:\n  schema:\n    tone?: string\n---\n{{role "system"}}\nBe kind.\n{{history}}\n';
const suite = `tests:
  - id: greets
    vars: { message: "Hello" }
    assert: [{ type: icontains, value: hello }]
`;

function writeApp(change: (text: string) => string = (text) => text): void {
  folder.write('sluice.yaml', change(spec));
  folder.write('prompts/answer.prompt', change(prompt));
  folder.write('evals/smoke.yaml', change(suite));
}

describe('packing', () => {
  it('gives the same digests for CRLF, for CR and for a byte order mark (invariant 1)', async () => {
    const digests: string[][] = [];
    const changes = [
      (text: string) => text,
      (text: string) => text.replaceAll('\n', '\r\n'),
      (text: string) => `\uFEFF${text}`,
      (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`,
    ];
    for (const change of changes) {
      writeApp(change);
      const { content, suites } = await pack();
      digests.push([revisionDigest(content), ...suites.map(({ digest }) => digest)]);
    }
    expect(new Set(digests.map((each) => each.join())).size).toBe(1);
    writeApp((text) => text.replace('kind', 'stern'));
    expect(revisionDigest((await pack()).content)).not.toBe(digests[0]?.[0]);
  });

  it('puts partials into the prompt, and partials into partials', async () => {
    writeApp();
    folder.write('prompts/answer.prompt', '{{role "system"}}\n{{>rules}}\n{{history}}\n');
    folder.write('prompts/_rules.prompt', 'Be kind.\r\n{{> limits }}\r\n');
    folder.write('prompts/_limits.prompt', 'Three sentences.\n');
    const { content } = await pack();
    expect(content.prompts['answer']?.template).toBe(
      '{{role "system"}}\nBe kind.\nThree sentences.\n{{history}}\n',
    );
  });

  it.each([
    ['{{>gone}}', {}, 'there is no prompts/_gone.prompt'],
    ['{{>one}}', { 'prompts/_one.prompt': '{{>two}}', 'prompts/_two.prompt': '{{>one}}' }, 'includes itself'],
  ])('refuses %s', async (text, files, message) => {
    writeApp();
    folder.write('prompts/answer.prompt', text);
    for (const [file, content] of Object.entries(files)) folder.write(file, content);
    await expect(pack()).rejects.toThrow(message);
  });

  it('tells what is wrong in all files at once', async () => {
    writeApp();
    folder.write('prompts/answer.prompt', '{{#if tone}}');
    folder.write('evals/smoke.yaml', suite.replace('icontains', 'icontain'));
    const error = await pack().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid_file' });
    expect(String(error)).toContain('prompts/answer.prompt: The template is not understood');
    expect(String(error)).toContain('evals/smoke.yaml:4:22: ');
  });

  it('tells of a spec that is wrong, of its suites all the same, and what was probably meant', async () => {
    writeApp((text) => text.replace('prompts:', 'promts:').replace('chain:', 'chian:'));
    folder.write('evals/smoke.yaml', suite.replace('assert:', 'asert:').replace('icontains', 'icontain'));
    const error = await pack().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const lines = (error as Error).message
      .split('\n')
      .map((line) => line.replace(/^(\S+:\d+:\d+): .*; did/, '$1 did'));
    expect(lines).toEqual([
      expect.stringMatching(/^sluice\.yaml:\d+:\d+: revision\.chain: /),
      expect.stringMatching(/^sluice\.yaml:\d+:3 did you mean "prompts"\?$/),
      expect.stringMatching(/^sluice\.yaml:\d+:3 did you mean "chain"\?$/),
      'evals/smoke.yaml:4:5 did you mean "assert"?',
    ]);
  });

  it('names files as seen from the working directory, also for a spec with an absolute path', async () => {
    writeApp();
    folder.write('evals/smoke.yaml', suite.replace('icontains', 'icontain'));
    const settings = { environment: {}, workingDirectory: folder.path };
    const packing = packRelease({ file: join(folder.path, 'sluice.yaml'), allowDirty: false, settings });
    await expect(packing).rejects.toThrow(/^evals\/smoke\.yaml:4:22: /);
  });

  it('refuses a model in the front matter, which sluice.yaml names', async () => {
    writeApp();
    folder.write('prompts/answer.prompt', '---\nmodel: openai/gpt-5\n---\nHello\n');
    await expect(pack()).rejects.toMatchObject({
      code: 'invalid_file',
      remedy: expect.stringContaining('sluice.yaml') as unknown,
    });
  });

  it('refuses a case that lacks a variable which the prompt needs', async () => {
    writeApp((text) => text.replace('tone?:', 'tone:'));
    await expect(pack()).rejects.toThrow('case greets lacks "tone"');
  });

  it('refuses names in prompts and their partials that stand for nothing', async () => {
    writeApp();
    folder.write('prompts/answer.prompt', `${prompt}{{>rules}}\n{{tone}} {{tne}}\n`);
    folder.write('prompts/_rules.prompt', 'Be kind to {{custmer}}.\n');
    const error = await pack().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid_file' });
    expect(String(error)).toContain('prompts/answer.prompt: Line 4 of the template: {{custmer}} stands for');
    expect(String(error)).toContain('{{tne}} stands for nothing');
  });

  it('warns of what is hardly meant', async () => {
    writeApp();
    folder.write('prompts/answer.prompt', '{{role "system"}}Be kind.\n');
    folder.write(
      'evals/smoke.yaml',
      suite
        .replace('"Hello"', '"Hello {{nmae}}", more: [{ text: "{{ deep }}" }]')
        .replace('vars:', 'options: { disableVarExpansion: true }\n    vars:')
        .replace(
          'hello }]',
          'hello }, { type: not-regex, value: /secret/i }, { type: regex, value: a/b/c }]',
        ),
    );
    expect(warningsOf(await pack()).filter((warning) => !warning.includes('the gate of'))).toEqual([
      expect.stringMatching(/^prompt answer: the template does not say where the user’s message goes/),
      'suite smoke: case greets sends {{nmae}} as it stands there; write out what it means.',
      'suite smoke: case greets sends {{ deep }} as it stands there; write out what it means.',
      'suite smoke: case greets asks "not-regex" for /secret/i, slashes and all; write the expression alone.',
    ]);
    writeApp();
    folder.write('prompts/other.prompt', prompt);
    const prompts = 'answer: prompts/answer.prompt, other: prompts/other.prompt }\n  defaultPrompt: answer';
    folder.write('sluice.yaml', spec.replace('answer: prompts/answer.prompt }', prompts));
    expect(warningsOf(await pack())).toContainEqual(
      expect.stringMatching(/^no case asks the prompt other: add one with `prompt: other`/),
    );
    // What another plan is judged by says nothing of this one.
    folder.write('evals/others.yaml', `prompt: other\n${suite}`);
    const both = spec
      .replace('answer: prompts/answer.prompt }', prompts)
      .replace('evals/smoke.yaml', 'evals/smoke.yaml, evals/others.yaml');
    folder.write('sluice.yaml', `${both}plans: { quick: { evaluate: { suites: [smoke] } } }\n`);
    expect(warningsOf(await pack())).toContainEqual(
      expect.stringMatching(/^no case asks the prompt other in the plan quick: add one/),
    );
  });

  it('takes cases of a named prompt for what that prompt needs, and no case of one that there is not', async () => {
    writeApp();
    const prompts =
      'prompts: { answer: prompts/answer.prompt, other: prompts/other.prompt }\n  defaultPrompt: answer';
    folder.write('sluice.yaml', spec.replace('prompts: { answer: prompts/answer.prompt }', prompts));
    folder.write('prompts/other.prompt', prompt.replace('tone?:', 'tone:'));
    await expect(pack()).resolves.toMatchObject({ suites: [{ content: { tests: [{ id: 'greets' }] } }] });
    folder.write('evals/smoke.yaml', `prompt: other\n${suite}`);
    await expect(pack()).rejects.toThrow('case greets lacks "tone", which the prompt other needs');
    folder.write('evals/smoke.yaml', `prompt: gone\n${suite}`);
    await expect(pack()).rejects.toThrow('evals/smoke.yaml:3:5: case greets asks the prompt "gone"');
  });

  it.each([
    [
      spec.replace('answer: prompts', 'answer: prompts/answer.prompt, other: prompts'),
      /:4:\d+: revision\.prompts: .*must be the default/,
    ],
    [
      spec.replace('label: v1', 'label: v1\n  defaultPrompt: main'),
      /:4:\d+: revision\.defaultPrompt: there is no prompt "main"/,
    ],
    [
      `${spec}plans:\n  default:\n    evaluate: { suites: [big] }\n`,
      /:10:\d+: plans\.default\.evaluate\.suites: there is no suite "big"/,
    ],
    [
      `${spec}plans:\n  default:\n    guardrails: { score: {} }\n`,
      /:10:\d+: plans\.default\.guardrails\.score: no suite says under `live`/,
    ],
    [
      `${spec}plans:\n  default:\n    guardrails: [{ name: right, kind: score, suite: smoke }]\n`,
      /guardrails\.right: there is no suite "smoke" that says under `live`/,
    ],
  ])('checks that names in the file are those of something', async (text, message) => {
    writeApp();
    folder.write('sluice.yaml', text);
    await expect(pack()).rejects.toThrow(message);
  });
});

describe('the label', () => {
  function commit(): string {
    const head = repository.commit();
    repository.git('remote', 'add', 'origin', 'https://ci:token@git.example.com/team/app.git');
    return head;
  }

  it('is that of the call, else of the file, else of the commit', async () => {
    writeApp();
    expect((await pack({ label: 'mine' })).label).toBe('mine');
    expect((await pack()).label).toBe('v1');
    writeApp((text) => text.replace('  label: v1\n', ''));
    const message = 'The revision has no label, and there is no commit to take one from.';
    await expect(pack()).rejects.toMatchObject({ code: 'usage', message });
    repository.git('init', '-q', '-b', 'main');
    await expect(pack()).rejects.toMatchObject({ code: 'usage', message });
    const head = commit();
    expect((await pack()).label).toBe(`my-app-${head.slice(0, 7)}`);
    await expect(pack({ label: 'not a label' })).rejects.toThrow('"not a label" cannot be a label');
  });

  it('of an edit that is not committed is its own, and stays the same while nothing changes', async () => {
    writeApp((text) => text.replace('  label: v1\n', ''));
    const head = commit();
    const edited = async (word: string): Promise<string> => {
      folder.write('prompts/answer.prompt', prompt.replace('kind', word));
      return (await pack()).label;
    };
    const first = await edited('stern');
    expect(first).toMatch(new RegExp(`^my-app-${head.slice(0, 7)}-dirty-[0-9a-f]{7}$`));
    expect(await edited('brief')).not.toBe(first);
    expect(await edited('stern')).toBe(first);
    expect(await edited('kind')).toBe(`my-app-${head.slice(0, 7)}`);
  });

  it('comes with where the files come from, without the secrets of CI', async () => {
    writeApp();
    const head = commit();
    const { provenance } = await pack({ env: { GITHUB_REF: 'refs/pull/418/merge' } });
    expect(provenance).toEqual({
      commit: head,
      dirty: false,
      repository: 'https://git.example.com/team/app.git',
      author: 'ada@example.com',
      pullRequest: '418',
    });
  });
});

describe('what is not committed', () => {
  const inCi = () => pack({ env: { CI: 'true' } });

  beforeEach(() => {
    writeApp();
    repository.commit();
  });

  it('is refused in CI and named, unless that is wanted', async () => {
    await expect(inCi()).resolves.toMatchObject({ provenance: { dirty: false }, uncommitted: [] });
    folder.write('prompts/answer.prompt', `${prompt}!`);
    folder.write('evals/smoke.yaml', `${suite}# more\n`);
    await expect(inCi()).rejects.toMatchObject({
      code: 'conflict',
      message: 'What would be released is not what is committed: prompts/answer.prompt, evals/smoke.yaml.',
    });
    const uncommitted = ['prompts/answer.prompt', 'evals/smoke.yaml'];
    const dirty = { provenance: { dirty: true }, uncommitted };
    await expect(pack({ env: { CI: 'false' } })).resolves.toMatchObject(dirty);
    await expect(pack({ env: { CI: 'true' }, allowDirty: true })).resolves.toMatchObject(dirty);
  });

  it('counts only where a release takes it: not reports, notes, homes or other prompts', async () => {
    for (const file of ['eval.xml', 'eval.md', '.sluice/connections.json', 'prompts/draft.prompt'])
      folder.write(file, 'x');
    folder.write('README.md', 'written\n');
    repository.git('add', 'README.md');
    await expect(inCi()).resolves.toMatchObject({ provenance: { dirty: false } });
  });

  it('counts where it is a partial or a data file, staged, untracked, ignored or behind a link', async () => {
    const names: [string, string][] = [
      ['prompts/_rules.prompt', 'Be brief.\n'],
      ['evals/more.csv', 'message,__expected\nHi,contains: hello\n'],
    ];
    for (const [file, text] of names) folder.write(file, text);
    folder.write('prompts/answer.prompt', '{{>rules}}\n{{history}}\n');
    folder.write('evals/smoke.yaml', 'tests: file://more.csv\n');
    folder.write('.gitignore', '*.csv\n');
    repository.git('add', '.');
    repository.commit('sluice.yaml', 'prompts/answer.prompt', 'evals/smoke.yaml', '.gitignore');
    await expect(pack()).resolves.toMatchObject({ uncommitted: ['prompts/_rules.prompt', 'evals/more.csv'] });
    repository.git('add', '--force', '.');
    repository.commit();
    await expect(pack()).resolves.toMatchObject({ uncommitted: [] });
    folder.write('shared/rules.prompt', 'Be brief.\n');
    rmSync(join(folder.path, 'prompts/_rules.prompt'));
    symlinkSync('../shared/rules.prompt', join(folder.path, 'prompts/_rules.prompt'));
    repository.commit('prompts');
    await expect(pack()).resolves.toMatchObject({ uncommitted: ['prompts/_rules.prompt'] });
    repository.commit();
    await expect(pack()).resolves.toMatchObject({ uncommitted: [] });
  });

  it('counts outside of the folder of sluice.yaml, too; nothing beyond the repository is taken', async () => {
    folder.write('app/sluice.yaml', spec.replace('prompts/', '../prompts/').replace('evals/', '../evals/'));
    repository.commit();
    folder.write('prompts/answer.prompt', `${prompt}!`);
    const settings = { environment: { CI: '1' }, workingDirectory: join(folder.path, 'app') };
    const packing = packRelease({ file: 'sluice.yaml', allowDirty: false, settings });
    await expect(packing).rejects.toThrow(/: \.\.\/prompts\/answer\.prompt\.$/);
    rmSync(join(folder.path, '.git'), { recursive: true });
    repository.git('init', '-q', 'app');
    const app = repository.within('app');
    app.commit();
    await expect(packRelease({ file: 'sluice.yaml', allowDirty: false, settings })).rejects.toThrow(
      /^\.\.\/prompts\/answer\.prompt lies outside of the repository/,
    );
  });
});
