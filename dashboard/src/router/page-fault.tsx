import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button } from '../parts/button.tsx';
import { whyNot } from '../words/why-not.ts';

/** A page that broke, which is a fault of ours: the rest stays, and it can be tried again. */
export function PageFault({ error, reset }: ErrorComponentProps) {
  return (
    <div role="alert">
      <h1>✖ This page broke</h1>
      <p>{whyNot(error)}</p>
      <Button
        onClick={() => {
          reset();
        }}
      >
        Try again
      </Button>
    </div>
  );
}
