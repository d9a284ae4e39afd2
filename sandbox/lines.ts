import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream's bytes into lines, which end with a line feed and nothing else. */
export function createLines(
  onLine: (line: string) => void,
  { longest, onTooLong }: { readonly longest: number; readonly onTooLong: () => void },
): (bytes: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  return (bytes) => {
    const pieces = decoder.write(bytes).split('\n');
    for (const [i, piece] of pieces.entries()) {
      parts.push(piece);
      length += piece.length;
      if (length > longest) {
        [parts, length] = [[], 0];
        onTooLong();
        return;
      }
      if (i === pieces.length - 1) return;
      const line = parts.join('');
      [parts, length] = [[], 0];
      onLine(line);
    }
  };
}
