/** Where progress is told: a block that is redrawn on a terminal, a line for each change elsewhere. */
export interface LiveBlock {
  /** Shows the block; elsewhere than on a terminal only when `line` is not the one told last. */
  show(block: string, line: string): void;
  /** Leaves the last block standing. */
  end(): void;
}

const heartbeatMs = 60_000;

function createTerminalBlock(write: (text: string) => void): LiveBlock {
  let height = 0;
  return {
    show(block) {
      const up = height === 0 ? '' : `\u001B[${height}A\u001B[J`;
      write(`${up}${block}\n`);
      height = block.split('\n').length;
    },
    end() {
      height = 0;
    },
  };
}

/** Chooses how progress is told; `write` is standard error's. */
export function createLiveBlock(terminal: boolean, write: (text: string) => void): LiveBlock {
  if (terminal) return createTerminalBlock(write);
  let told = '';
  const heartbeat = setInterval(() => {
    if (told !== '') write(`${told} (still)\n`);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    show(_block, line) {
      if (line === told) return;
      told = line;
      write(`${line}\n`);
    },
    end() {
      clearInterval(heartbeat);
    },
  };
}
