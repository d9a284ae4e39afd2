import type { Command as Program } from 'commander';
import type { MirrorShowOptions } from '../commands/release/mirror-show.ts';
import type { MirrorCalibrationOptions } from '../commands/release/mirror-calibration.ts';
import { ofRelease } from '../commands/naming/of-release.ts';
import { limitOption, withExamples, wholeNumber } from './options.ts';
import type { RunCommand } from './run.ts';

/** `mirror`: what releases' mirrors came to. */
export function addMirrorCommands(program: Program, run: RunCommand): void {
  const mirror = program.command('mirror').description("what releases' mirrors came to");
  const show = mirror
    .command('show <release>')
    .description(
      'show what its mirror compared, and the worst pairs to who may read content (redacted; each read is audited)',
    )
    .option('--pairs <n>', 'how many pairs, at most 50', wholeNumber, 10)
    .option('--html <file>', 'write them side by side into one HTML file, without scripts')
    .action((id: string, options: Omit<MirrorShowOptions, 'id'>) =>
      run(async () => ofRelease((await import('../commands/release/mirror-show.ts')).mirrorShow), {
        id,
        ...options,
      }),
    );
  const calibration = mirror
    .command('calibration <app>')
    .description("hold what an app's mirrors predicted beside what the canaries showed")
    .addOption(limitOption())
    .action((app: string, options: Omit<MirrorCalibrationOptions, 'app'>) =>
      run(async () => (await import('../commands/release/mirror-calibration.ts')).mirrorCalibration, {
        app,
        ...options,
      }),
    );
  withExamples(calibration, 'sluice mirror calibration bank-support');
  withExamples(show, 'sluice mirror show 3f0c…', 'sluice mirror show 3f0c… --pairs 30 --html pairs.html');
}
