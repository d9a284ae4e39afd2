import { createInterface } from 'node:readline/promises';
import { keepCompiled } from '../program/keep-compiled.ts';

keepCompiled();
const { runCommandLine } = await import('./command-line.ts');

// Whoever reads the output may stop early: `sluice audit | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function askFor(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

async function ask(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await askFor(question));
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  workingDirectory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  ...(process.stdin.isTTY && process.stderr.isTTY && !process.argv.includes('--json') ? { ask, askFor } : {}),
});
