import type { Outputs } from '../output/outputs.ts';
import { printableOutput } from '../output/printable.ts';
import { writeOutputs } from './run-files.ts';

/** How a command ended, for the steps after it. */
export interface EndedAs {
  readonly outcome: string;
  readonly code: number;
  readonly release?: string | undefined;
}

/** Where a command's words go, and the two ways past them that GitHub acts upon. */
export interface ActionsOutputs extends Outputs {
  /** Writes a line that GitHub acts upon, such as an annotation; away from GitHub Actions nothing. */
  readonly command: (line: string) => void;
  /** Gives the steps after this one its outcome. */
  readonly onOutcome: (ended: EndedAs) => void;
}

/**
 * A runner of GitHub acts upon lines that begin with `::`, and on `##[` anywhere, whoever wrote them: in a run of it, what a
 * command prints (a model's words, a judge's reasons) is no such line, as nobody but `command` may write one. The document of
 * `--json` stays as it is: none of its lines begins so.
 */
export function actionsOutputs(
  { stdout, stderr }: Outputs,
  { environment, json }: { readonly environment: NodeJS.ProcessEnv; readonly json: boolean },
): ActionsOutputs {
  if (environment['GITHUB_ACTIONS'] !== 'true') {
    return { stdout, stderr, command: () => undefined, onOutcome: () => undefined };
  }
  return {
    stdout: json ? stdout : printableOutput(stdout, inert),
    stderr: printableOutput(stderr, inert),
    command: (line) => stderr.write(`${line}\n`),
    onOutcome: ({ outcome, code, release }) => {
      writeOutputs(
        { outputFile: environment['GITHUB_OUTPUT'] },
        { outcome, code: String(code), ...(release === undefined ? {} : { release }) },
      );
    },
  };
}

function inert(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}
