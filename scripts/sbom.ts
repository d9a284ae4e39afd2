// Writes the software bill of materials: dist/sluice-<version>.cdx.json, CycloneDX, of what an installation runs.
// From the lock file alone, so that it is the same on every machine; npm knows the format, this names the product.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');

const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({
    component: z.looseObject({ name: z.string(), type: z.string(), version: z.string() }),
  }),
  components: z.array(z.looseObject({ purl: z.string(), hashes: z.array(z.unknown()).optional() })).min(1),
});

function readBom(): z.infer<typeof bomSchema> {
  const args = ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return bomSchema.parse(JSON.parse(text));
}

const bom = readBom();
const { name } = z
  .object({ name: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
// npm takes the name of the folder that the clone happens to lie in.
bom.metadata.component = { ...bom.metadata.component, name, type: 'application' };
const target = resolve(
  process.argv[2] ?? join(root, 'dist', `${name}-${bom.metadata.component.version}.cdx.json`),
);
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${target}: ${bom.components.length} components`);
