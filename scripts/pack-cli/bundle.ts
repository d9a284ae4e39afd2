import { copyFileSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** Parts of the command that need the whole of Sluice, and what stands for them where it is packed alone. */
const standIn = 'cli/packed/whole-only.ts';
const wholeOnly = /\/up\/(command|migrate-command|reseal-command)\.ts$/;

/** Code of ours that is started by its path, in a process of its own; each is an entry of the bundle. */
const started = { 'child-main': 'sandbox/child-main.ts' };
const ownFolder = 'import.meta.dirname';

/** The sandbox's engine, a file of a package that is found by its path: it lies beside the bundle. */
const engine = {
  published: 'node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm',
  file: 'quickjs.wasm',
};
const startedByPath = /import\.meta\.dirname, '([\w-]+)\.ts'/g;
/**
 * Started code; the package.json one folder up, which the package has as the project does; and what Node keeps compiled,
 * which it then keeps in the package's own folder.
 */
const knownPath =
  /import\.meta\.dirname, (?:'(?:[\w-]+\.js|\.\.', 'package\.json|\.\.\/node_modules\/\.cache\/[\w-]+)'|published)/g;

/** Packages that are CommonJS ask for Node's own modules by `require`, which an ES module does not have. */
const requireBanner =
  "import { createRequire as sluiceRequire } from 'node:module'; const require = sluiceRequire(import.meta.url);";

/**
 * Bundles the command into a folder as JavaScript, since Node strips no types below `node_modules`: `sluice.js`, and
 * what is loaded or started later beside it. Throws where code of ours is found by a path that a bundle does not have.
 */
export async function bundleCommand(root: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { sluice: 'cli/main.ts', ...started },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.22',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    banner: { js: requireBanner },
    metafile: true,
    logLevel: 'warning',
    plugins: [leaveServersOut(root), findStartedCode()],
  });
  copyFileSync(join(root, engine.published), join(folder, engine.file));
  return metafile;
}

function leaveServersOut(root: string): Plugin {
  return {
    name: 'leave-servers-out',
    setup(building) {
      building.onResolve({ filter: wholeOnly }, () => ({ path: join(root, standIn) }));
    },
  };
}

/** Code that is started by its path has `.js` at the end of it once it is bundled. */
function findStartedCode(): Plugin {
  return {
    name: 'find-started-code',
    setup(building) {
      building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path.includes(`${sep}node_modules${sep}`)) return undefined;
        return { contents: withBundledPaths(readFileSync(path, 'utf8'), path), loader: 'ts' };
      });
    },
  };
}

function withBundledPaths(source: string, path: string): string {
  const bundled = source.replaceAll(startedByPath, (_all, name: string) => {
    if (!Object.hasOwn(started, name))
      throw new Error(`${path} starts ${name}.ts, which is no entry of the bundle.`);
    return `${ownFolder}, '${name}.js'`;
  });
  const placed = bundled.replaceAll(`'../${engine.published}'`, `'${engine.file}'`);
  const rest = placed.replaceAll(knownPath, '');
  if (rest.includes('import.meta.'))
    throw new Error(`${path} finds something by its own path, which a bundle does not have.`);
  return placed;
}
