// Preloaded (`node --import`) into scripts that `startProcess` starts: when the parent is gone, so are they.
// Works at import, because that is what a preload is for.
const GRACE_MS = 10_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => {
    process.kill(process.pid, 'SIGKILL');
  }, GRACE_MS).unref();
});
// Only listening for the channel's end must not keep a script alive that has nothing else to do.
process.channel?.unref();
