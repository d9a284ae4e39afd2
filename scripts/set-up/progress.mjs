// Shows what a long set-up is doing: one live line on a terminal, plain lines elsewhere. Everything goes to stderr.

const REDRAW_MS = 200;
const HEARTBEAT_MS = 15_000;

/** "0.4 s", "12 s", "3 min 05 s". */
export function formatDuration(ms) {
  const seconds = ms / 1000;
  const whole = Math.round(seconds);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/**
 * A display of steps that may run side by side.
 *
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} stream
 * @param {() => number} now milliseconds of a monotonic clock
 */
export function createProgress(stream, now = () => performance.now()) {
  const running = new Map();
  const live = stream.isTTY === true;
  let timer;

  function clear() {
    if (live) stream.write('\r\u001b[2K');
  }
  function draw() {
    const parts = [...running].map(([title, { startedAt, expected }]) => {
      return `${title} ${formatDuration(now() - startedAt)} (${expected})`;
    });
    stream.write(`\r\u001b[2K${`… ${parts.join(' · ')}`.slice(0, (stream.columns || 80) - 1)}`);
  }
  function heartbeat() {
    for (const [title, { startedAt, expected }] of running) {
      stream.write(`  … ${title}: ${formatDuration(now() - startedAt)} so far (${expected})\n`);
    }
  }
  function note(line) {
    clear();
    stream.write(`${line}\n`);
  }

  return {
    note,
    /**
     * Runs one step and shows it from start to end. What the step throws is thrown on.
     *
     * @template T
     * @param {string} title what is being done
     * @param {string} expected how long it usually takes
     * @param {() => Promise<T>} run
     * @returns {Promise<T>}
     */
    async step(title, expected, run) {
      const startedAt = now();
      note(`▸ ${title} (${expected})`);
      running.set(title, { startedAt, expected });
      timer ??= live ? setInterval(draw, REDRAW_MS) : setInterval(heartbeat, HEARTBEAT_MS);
      let mark = '✗';
      try {
        const result = await run();
        mark = '✓';
        return result;
      } finally {
        running.delete(title);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        note(`${mark} ${title}: ${formatDuration(now() - startedAt)}`);
      }
    },
  };
}
