import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerKinds } from '../../domain/revision/provider-kinds.ts';

it('docs/reference/environments.md has every kind of provider, and what is known of it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/environments.md'), 'utf8');
  const rows = Object.entries(providerKinds).map(
    ([kind, { title, baseUrlForm, baseUrl, apiKeyEnv }]) =>
      `| ${title} | \`${kind}\` | ${baseUrlForm} | \`${baseUrl}\` | \`${apiKeyEnv}\` |`,
  );
  expect(page.split('\n').filter((line) => /^\| .* \| `\w+` \| .* \| `https:/.test(line))).toEqual(rows);
});
