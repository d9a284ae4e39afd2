import { Command } from 'commander';

/** A command line whose groups, called alone, say what there is: help on standard output, and no error. */
export class SluiceProgram extends Command {
  override createCommand(name?: string): SluiceProgram {
    return new SluiceProgram(name);
  }

  override help(): never {
    return super.help({ error: false });
  }
}
