import type { MirrorReport } from '../api/types.ts';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { came, predicted } from './prediction-words.ts';
import styles from './mirror.module.css';

type Prediction = MirrorReport['predictions'][number];

const heldText = { true: '✔ within it', false: '! outside of it' } as const;

function Row({ prediction }: { readonly prediction: Prediction }) {
  const { guardrail, held, candidate, stable, kind } = prediction;
  return (
    <tr>
      <th scope="row">{guardrail}</th>
      <td>{predicted(kind, candidate)}</td>
      <td>{predicted(kind, stable)}</td>
      <td>{came(prediction, 'candidate')}</td>
      <td>{came(prediction, 'stable')}</td>
      <td className={held === false ? styles.attention : undefined}>
        {held === undefined ? 'too little was shown' : heldText[held ? 'true' : 'false']}
      </td>
    </tr>
  );
}

/** What was said before the first step, beside what the canary has shown. */
export function Predictions({ report: { predictions } }: { readonly report: MirrorReport }) {
  if (predictions.length === 0) {
    return (
      <Panel title="Predicted, and come">
        <Empty>Nothing was predicted.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Predicted (90 %), and come">
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Predictions">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Guardrail</th>
              <th scope="col">Candidate, predicted</th>
              <th scope="col">Stable, predicted</th>
              <th scope="col">Candidate, came</th>
              <th scope="col">Stable, came</th>
              <th scope="col">Within?</th>
            </tr>
          </thead>
          <tbody>
            {predictions.map((prediction) => (
              <Row key={prediction.guardrail} prediction={prediction} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
