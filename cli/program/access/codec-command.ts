import { Option, type Command as Program } from 'commander';
import type { CodecOptions } from '../../commands/access/codec.ts';
import { between, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

/** `codec`: what is sealed in Temporal, in the browser of whoever may read content. */
export function addCodecCommand(program: Program, run: RunCommand): void {
  const command = program
    .command('codec')
    .description("serve a codec endpoint for Temporal's Web UI on this machine, by a token with --content")
    .addOption(
      new Option('--port <number>', 'where, on 127.0.0.1; 0 picks a free one')
        .argParser(between(0, 65_535))
        .default(0),
    )
    .addOption(
      new Option('--origin <origin...>', 'where the Web UI is').default(
        ['http://127.0.0.1:8233', 'http://localhost:8233'],
        'that of a Temporal on this machine',
      ),
    )
    .action((options: CodecOptions) =>
      run(async () => (await import('../../commands/access/codec.ts')).codec, options),
    );
  withExamples(command, 'sluice codec', 'sluice codec --port 7470 --origin https://temporal.example');
}
