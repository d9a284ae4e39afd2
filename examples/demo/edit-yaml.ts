import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/** Changes a YAML file as a person would: what is not changed stays as it is written. */
export function editYaml(file: string, change: (document: ReturnType<typeof parseDocument>) => void): void {
  const document = parseDocument(readFileSync(file, 'utf8'), { merge: true });
  change(document);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}
