import { Argument, type Command as Program } from 'commander';
import { shells, type Shell } from '../completion/shell-scripts.ts';
import { withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `completion`: for the shell that the command is typed in. */
export function addShellCommands(program: Program, run: RunCommand): void {
  const completion = program
    .command('completion')
    .description('print what completes its commands, options, apps and releases in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) =>
      run(async () => (await import('../commands/completion.ts')).completion, { shell }),
    );
  withExamples(
    completion,
    'source <(sluice completion bash 2>/dev/null)     in ~/.bashrc',
    'source <(sluice completion zsh 2>/dev/null)      in ~/.zshrc, after compinit',
    'sluice completion fish > ~/.config/fish/completions/sluice.fish',
    'sluice completion powershell 2>$null | Out-String | Invoke-Expression     in $PROFILE',
  );
}
