import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface LockedPackage {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

it.each(['package-lock.json', 'tools/promptfoo/package-lock.json'])(
  '%s holds the digest of every package, and names no registry',
  (file) => {
    const { packages } = JSON.parse(read(file)) as { packages: Record<string, LockedPackage> };
    const locked = Object.entries(packages).filter(([path, { link }]) => path !== '' && link !== true);
    expect(locked.length).toBeGreaterThan(100);
    const without = locked.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  },
);

it('every action of CI is pinned by its commit, with the version beside it', () => {
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
  const uses = [...workflows, 'README.md'].flatMap((file) =>
    [...read(file).matchAll(/^\s*-? ?uses: (.*)$/gm)].map(([, action = '']) => action),
  );
  expect(uses.length).toBeGreaterThan(3);
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it('every image that is not ours is pinned by its digest', () => {
  const images = [
    ...[...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image),
    ...[...read('docker-compose.yml').matchAll(/^\s*image: (?!sluice:)(\S+)/gm)].map(
      ([, image = '']) => image,
    ),
  ];
  expect(images.length).toBeGreaterThan(3);
  for (const image of images) expect(image).toMatch(/^[a-z0-9/]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
});

it('CI may read the repository, and nothing else unless a job says so', () => {
  for (const name of readdirSync(join(root, '.github/workflows')))
    expect(read(`.github/workflows/${name}`)).toMatch(/^permissions:\n {2}contents: read\n/m);
});
