import { spawn } from 'node:child_process';

/**
 * Opens a file in the reader's editor and waits until it is closed.
 *
 * @param editor a command as `EDITOR` holds it, which may carry arguments (`code --wait`)
 * @throws Error when the editor cannot be started or ends with another code than 0
 */
export function openEditor(editor: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A shell splits the command; the file reaches it as an argument of its own, never as text to be read.
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${editor} ended with ${String(code)}; set EDITOR to an editor that you have.`));
    });
  });
}
