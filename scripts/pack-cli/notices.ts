import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The packages that went into a bundle, and their licences, each text once. */
export function noticesOf({ inputs }: Metafile, root: string): string {
  const folders = new Set(Object.keys(inputs).flatMap((file) => packageFolder.exec(file)?.[0] ?? []));
  const packages = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  const byText = Map.groupBy(packages, ({ text }) => text);
  const notices = [...byText].map(([text, alike]) => [...alike.map(({ name }) => name), '', text].join('\n'));
  return `The command contains these packages.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function noticeOf(folder: string): { readonly name: string; readonly text: string } {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const name = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return { name, text: texts.join('\n\n') };
}
