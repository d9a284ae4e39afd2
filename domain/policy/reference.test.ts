import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPolicy } from './policy.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/policy.md'), 'utf8');

/** Every field of the policy with its value: `steps.minHold`. */
function fieldsOf(value: object, path: string[] = []): [string, string][] {
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    const at = [...path, name];
    const leaf = typeof field !== 'object' || field === null || Array.isArray(field) || name === 'named';
    if (!leaf) return fieldsOf(field, at);
    return [[at.join('.'), typeof field === 'string' ? field : JSON.stringify(field)]];
  });
}

it('docs/reference/policy.md has every field with what Sluice ships, and no other', () => {
  const rows = [...page.matchAll(/^\| `([A-Za-z]+(?:\.[A-Za-z.]+)?)` \| `([^`]*)` \| (\S[^|]*) \|$/gm)];
  expect(rows.map(([, name, shipped]) => [name, shipped])).toEqual(fieldsOf(shippedPolicy));
});
