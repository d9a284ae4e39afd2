import { Argument, type Command as Program } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import { shells, type Shell } from '../completion/shell-scripts.ts';
import { withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `doctor`, `completion` and `mcp`: about where the command runs, what with, and for whom. */
export function addShellCommands(program: Program, run: RunCommand): void {
  const doctor = program
    .command('doctor')
    .description('say what is not as it should be, and what to do about it; 11 where something fails')
    .option('--app <name>', 'look at this app alone, beside what all share')
    .action((options: DoctorOptions) =>
      run(async () => (await import('../commands/doctor.ts')).doctor, options),
    );
  withExamples(doctor, 'sluice doctor', 'sluice doctor --app bank-support --json');
  addCompletion(program, run);
  const mcp = program
    .command('mcp')
    .description('serve an agent over standard input and output (Model Context Protocol), by your token')
    .action(() => run(async () => (await import('../commands/mcp.ts')).mcp, {}));
  withExamples(mcp, 'sluice mcp     as the command of an MCP server in the settings of an agent');
}

function addCompletion(program: Program, run: RunCommand): void {
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
