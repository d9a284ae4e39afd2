import type { FaultKind } from '../faults.ts';
import type { Generated } from './generate.ts';

/** What is left of an answer under a fault of the model itself; any other fault leaves it as it is. */
export function afflicted(generated: Generated, fault: FaultKind): Generated {
  switch (fault) {
    case 'empty':
      return { ...generated, output: { kind: 'text', text: '', truncated: false }, outputTokens: 0 };
    case 'truncated':
      return { ...generated, output: truncated(generated.output) };
    case 'refused':
      return {
        ...generated,
        output: { kind: 'text', text: 'I cannot help with that.', truncated: false, refused: true },
      };
    case 'invalid_format':
      return { ...generated, output: misformed(generated.output) };
    default:
      return generated;
  }
}

type Output = Generated['output'];

function truncated(output: Output): Output {
  const text = output.kind === 'text' ? output.text : JSON.stringify(output.input);
  return { kind: 'text', text: text.slice(0, Math.ceil(text.length / 2)), truncated: true };
}

/** As models do it: prose about the JSON, or arguments that stop in the middle. */
function misformed(output: Output): Output {
  if (output.kind === 'text') return { ...output, text: `Sure, here it is: ${output.text}` };
  return { ...output, written: JSON.stringify(output.input).slice(0, -1) };
}
