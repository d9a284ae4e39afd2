import { createLiveBlock } from '../../../cli/output/live-block.ts';
import type { Output } from '../../../cli/output/outputs.ts';
import { printable } from '../../../cli/output/printable.ts';
import { createPaint, type Colour } from '../../../cli/output/style.ts';
import { wrapTo } from '../../../cli/output/text/cells.ts';

/** How the story speaks: beats with their time, sentences, and a block with the counter that is redrawn on a terminal. */
export interface Screen {
  /** Where the times of beats begin. */
  start(): void;
  beat(title: string): void;
  /** A paragraph. */
  say(text: string, colour?: Colour): void;
  /** Lines that are not broken: a diff, figures below each other. */
  lines(lines: readonly string[], colour?: Colour): void;
  /** A command as a person would type it. */
  command(text: string): void;
  /** What the block shows from now on, as often as it is drawn; off a terminal its first line stands for it, once a minute. */
  show(block: () => readonly string[]): void;
  elapsedMs(): number;
  /** Says nothing more; the last block stays. */
  end(): void;
}

export interface ScreenOptions {
  readonly output: Output;
  readonly redraw: boolean;
  readonly colour: boolean;
}

const widest = 100;
const margin = '      ';
/** What the lines of a long command take besides: where they begin, and that they go on. */
const continued = '     \\';
const redrawEveryMs = 250;

export function createScreen({ output, redraw, colour }: ScreenOptions): Screen {
  const paint = createPaint(colour);
  const live = createLiveBlock(output, { redraw, printable });
  let block: (() => readonly string[]) | undefined;
  let startedAt = performance.now();
  let ended = false;
  const elapsedMs = () => performance.now() - startedAt;
  const clock = () => {
    const seconds = Math.floor(elapsedMs() / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const draw = () => {
    if (block === undefined) return;
    const lines = block();
    live.show(['', ...lines].join('\n'), `${margin}${clock()}  ${lines[0] ?? ''}`, 'the story');
  };
  const print = (lines: readonly string[]) => {
    if (ended) return;
    if (live.redraws) live.clear();
    output.write(printable(lines.map((line) => `${line}\n`).join('')));
    if (live.redraws) draw();
  };
  const room = () => Math.min(widest, output.columns ?? widest) - margin.length;
  const timer = setInterval(draw, redrawEveryMs);
  timer.unref();
  return {
    start() {
      startedAt = performance.now();
    },
    beat(title) {
      print(['', `${paint('dim', clock().padEnd(margin.length))}${paint('bold', title)}`]);
    },
    say(text, of) {
      const lines = text.split('\n').flatMap((paragraph) => wrapTo(paragraph, room()));
      print(lines.map((line) => margin + (of === undefined ? line : paint(of, line))));
    },
    lines(lines, of) {
      print(lines.map((line) => `${margin}  ${of === undefined ? line : paint(of, line)}`));
    },
    command(text) {
      const lines = wrapTo(`$ ${text}`, room() - continued.length);
      print(
        lines.map((line, i) => {
          const indent = i === 0 ? '' : '    ';
          return margin + paint('cyan', indent + line + (i + 1 < lines.length ? ' \\' : ''));
        }),
      );
    },
    show(next) {
      block = next;
      draw();
    },
    elapsedMs,
    end() {
      ended = true;
      clearInterval(timer);
      live.end();
    },
  };
}
