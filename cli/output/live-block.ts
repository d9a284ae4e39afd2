import type { Output } from './outputs.ts';
import { cellsOf } from './text/cells.ts';

/** Where progress is told: a block that is redrawn on a terminal, a line for each change elsewhere. */
export interface LiveBlock {
  /** Is it redrawn? Then it is worth showing again as time goes by. */
  readonly redraws: boolean;
  /** Rows and columns that there are for a block; undefined where it is not redrawn. */
  room(): { readonly columns: number; readonly rows: number } | undefined;
  /**
   * Shows the block; elsewhere than on a terminal the line, and that only where what it is about has changed since the last
   * one, or a minute has passed.
   */
  show(block: string, line: string, about?: string): void;
  /** Leaves the last block standing. */
  end(): void;
  /** Takes the last block away, for who prints it as a result. */
  clear(): void;
}

export interface LiveBlockOptions {
  /** May the cursor be moved? */
  readonly redraw: boolean;
  /** What a composed text is on this output. */
  readonly printable: (composed: string) => string;
}

const heartbeatMs = 60_000;
/** Five a second are as many as anybody sees, and a slow line carries. */
const redrawEveryMs = 200;
const usual = { columns: 80, rows: 24 };

// A terminal that knows this draws nothing in between: no flicker, no half of a block. Others pass over it.
const [holdDrawing, goOnDrawing] = ['\u001B[?2026h', '\u001B[?2026l'];
const [clearLine, clearBelow] = ['\u001B[K', '\u001B[J'];

/** Rows that a text takes in a terminal of so many columns: lines that are too long go on in the next row. */
function heightOf(block: string, columns: number): number {
  const rows = block.split('\n').map((line) => Math.max(1, Math.ceil(cellsOf(line) / columns)));
  return rows.reduce((sum, each) => sum + each, 0);
}

/** What the cursor could not get above to would be drawn again and again, one below the other. */
function cutToRoom(
  block: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string {
  if (heightOf(block, columns) <= rows) return block;
  const lines = block.split('\n');
  while (lines.length > 1 && heightOf(lines.join('\n'), columns) > rows - 1) lines.pop();
  return [...lines, '…'].join('\n');
}

function createTerminalBlock(output: Output, printable: LiveBlockOptions['printable']): LiveBlock {
  let drawn: string | undefined;
  let waiting: string | undefined;
  let pause: NodeJS.Timeout | undefined;
  const room = () => ({
    columns: output.columns ?? usual.columns,
    // The cursor stands in a row of its own, below the block.
    rows: (output.rows ?? usual.rows) - 1,
  });
  const up = (): string => {
    // Measured now: a terminal that was made narrower has broken the lines that stand in it.
    const height = drawn === undefined ? 0 : heightOf(drawn, room().columns);
    return height === 0 ? '' : `\u001B[${height}A`;
  };
  const draw = (block: string): void => {
    const fitting = cutToRoom(block, room());
    const lines = printable(fitting).split('\n');
    const body = lines.map((line) => `${line}${clearLine}\n`).join('');
    output.write(`${holdDrawing}${up()}${body}${clearBelow}${goOnDrawing}`);
    drawn = fitting;
  };
  /** Draws what waits to be drawn, and then nothing for a while. */
  const drawWaiting = (): void => {
    pause = undefined;
    if (waiting === undefined) return;
    draw(waiting);
    waiting = undefined;
    pause = setTimeout(drawWaiting, redrawEveryMs);
    pause.unref();
  };
  return {
    redraws: true,
    room,
    show(block) {
      waiting = block;
      if (pause === undefined) drawWaiting();
    },
    end() {
      drawWaiting();
      clearTimeout(pause);
      [pause, drawn] = [undefined, undefined];
    },
    clear() {
      clearTimeout(pause);
      [pause, waiting] = [undefined, undefined];
      if (drawn !== undefined) output.write(`${up()}${clearBelow}`);
      drawn = undefined;
    },
  };
}

function createLines(output: Output, printable: LiveBlockOptions['printable']): LiveBlock {
  let last = { line: '', about: '' };
  const tell = (text: string): unknown => output.write(printable(`${text}\n`));
  const heartbeat = setInterval(() => {
    if (last.line !== '') tell(`${last.line} (still)`);
  }, heartbeatMs);
  heartbeat.unref();
  const end = (): void => {
    clearInterval(heartbeat);
  };
  return {
    redraws: false,
    room: () => undefined,
    show(_block, line, about = line) {
      const isChange = about !== last.about;
      last = { line, about };
      if (!isChange) return;
      heartbeat.refresh();
      tell(line);
    },
    end,
    clear: end,
  };
}

/** Chooses how progress is told on standard error. */
export function createLiveBlock(output: Output, { redraw, printable }: LiveBlockOptions): LiveBlock {
  return redraw && output.isTTY === true
    ? createTerminalBlock(output, printable)
    : createLines(output, printable);
}
