import type { Command as Program } from 'commander';
import { withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `webhook test`: whether who is to be told of releases hears it. */
export function addWebhookCommands(program: Program, run: RunCommand): void {
  const test = program
    .command('webhook')
    .description("what is told of releases, to the receivers that the API's operator has named")
    .command('test <name>')
    .description('send one signed message to a webhook, and say what became of it')
    .action((name: string) =>
      run(async () => (await import('../commands/webhook-test.ts')).webhookTest, { name }),
    );
  withExamples(test, 'sluice webhook test ops');
}
