import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEditor } from './open-editor.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-editor-'));
  file = join(folder, `a prompt's "name" $HOME.prompt`);
  writeFileSync(file, 'before\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('opens the file itself, whatever its name and whatever arguments the editor carries', async () => {
  await openEditor(`sed -i -e 's/before/after/'`, file);
  expect(readFileSync(file, 'utf8')).toBe('after\n');
});

it('says what to set when the editor fails', async () => {
  await expect(openEditor('no-such-editor', file)).rejects.toThrow(
    'no-such-editor ended with 127; set EDITOR to an editor that you have.',
  );
  expect(readFileSync(file, 'utf8')).toBe('before\n');
});
