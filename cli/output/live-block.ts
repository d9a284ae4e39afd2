import { stripVTControlCharacters } from 'node:util';
import type { Output } from './outputs.ts';
import { printable } from './printable.ts';

/** Where progress is told: a block that is redrawn on a terminal, a line for each change elsewhere. */
export interface LiveBlock {
  /** Shows the block; elsewhere than on a terminal only when `line` is not the one told last. */
  show(block: string, line: string): void;
  /** Leaves the last block standing. */
  end(): void;
}

const heartbeatMs = 60_000;
const usualColumns = 80;

/** Rows of the terminal that a text takes: lines that are too long go on in the next row. */
function heightOf(block: string, columns: number): number {
  const rows = block
    .split('\n')
    .map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)));
  return rows.reduce((sum, each) => sum + each, 0);
}

function createTerminalBlock(output: Output): LiveBlock {
  let height = 0;
  return {
    show(composed) {
      const block = printable(composed);
      const up = height === 0 ? '' : `\u001B[${height}A\u001B[J`;
      output.write(`${up}${block}\n`);
      height = heightOf(block, output.columns ?? usualColumns);
    },
    end() {
      height = 0;
    },
  };
}

function createLines(output: Output): LiveBlock {
  let told = '';
  const heartbeat = setInterval(() => {
    if (told !== '') output.write(printable(`${told} (still)\n`));
  }, heartbeatMs);
  heartbeat.unref();
  return {
    show(_block, line) {
      if (line === told) return;
      told = line;
      heartbeat.refresh();
      output.write(printable(`${line}\n`));
    },
    end() {
      clearInterval(heartbeat);
    },
  };
}

/** Chooses how progress is told on standard error. */
export function createLiveBlock(output: Output, { redraw }: { readonly redraw: boolean }): LiveBlock {
  return redraw && output.isTTY === true ? createTerminalBlock(output) : createLines(output);
}
