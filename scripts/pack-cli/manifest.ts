import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const projectSchema = z.object({
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string() }),
});

/** The package.json of the command alone. It depends on nothing: all that it needs is in the bundle. */
export function manifestOf(root: string): object {
  const project = projectSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return {
    name: 'sluice-cli',
    version: project.version,
    description: `The command of Sluice. ${project.description}`,
    license: project.license,
    type: 'module',
    engines: project.engines,
    bin: { sluice: 'sluice.mjs' },
  };
}

/** What npm links as `sluice`. It is plain JavaScript, so that a Node that is too old is told so in words. */
export const launcher = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error('sluice: this is Node ' + process.versions.node + ', and it needs 22.22 or newer.');
  process.exitCode = 1;
} else {
  await import('./dist/sluice.js');
}
`;

export const readme = `# The command of Sluice

\`sluice\` alone: \`init\`, \`validate\`, \`eval\`, \`app\`, \`release\`, \`active\`, \`rollback\`, \`audit\`, \`token\`. It needs Node 22.22 or newer and nothing else.

- \`validate\` and \`eval\` need no server; \`eval\` needs what sluice.environments.yaml names, such as OPENAI_API_KEY.
- The others ask the API: set SLUICE_API_URL and SLUICE_TOKEN.
- \`rollback --direct\` needs PostgreSQL alone: set DATABASE_URL.
- \`up\`, \`migrate\` and \`reseal\` need the whole of Sluice: a clone, or its docker-compose.yml.
`;
