/** How the demo speaks: sections, what it does, what a reader would type, and what came of it. */
export interface Display {
  section(number: number, title: string): void;
  say(text: string): void;
  /** A command as a person would type it. */
  command(text: string): void;
  /** Output of a command, indented. */
  output(text: string): void;
  elapsedMs(): number;
  /** Says nothing more. */
  silence(): void;
}

const indent = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);

/** Speaks on standard output, each section with the time since the start. */
export function createDisplay(print: (text: string) => void, colour: boolean): Display {
  let silent = false;
  const write = (text: string) => {
    if (!silent) print(text);
  };
  const startedAt = performance.now();
  const paint = (code: number, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const elapsedMs = () => performance.now() - startedAt;
  const clock = () =>
    `${Math.floor(elapsedMs() / 60_000)}:${String(Math.floor(elapsedMs() / 1000) % 60).padStart(2, '0')}`;
  return {
    section(number, title) {
      write(
        `\n${paint(1, `${number === 0 ? 'Set-up' : `${number}.`} ${title}`)} ${paint(2, `[${clock()}]`)}\n`,
      );
    },
    say(text) {
      write(`${indent(text, '   ')}\n`);
    },
    command(text) {
      write(`   ${paint(36, `$ ${text}`)}\n`);
    },
    output(text) {
      if (text.trim() !== '') write(`${paint(2, indent(text.trimEnd(), '     '))}\n`);
    },
    elapsedMs,
    silence() {
      silent = true;
    },
  };
}
