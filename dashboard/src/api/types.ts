// What the API says, by the types of its schemas: all that the pages know of the product.
export type { Active, RollbackReadiness } from '../../../api/schemas/active.ts';
export type { App } from '../../../api/schemas/apps.ts';
export type { AllowedAction } from '../../../api/schemas/dashboard/actions.ts';
export type { AuditEntry, AuditVerdict } from '../../../api/schemas/audit.ts';
export type { GatewaysView, Replica } from '../../../api/schemas/dashboard/gateways-view.ts';
export type { AppView } from '../../../api/schemas/dashboard/app-view.ts';
export type { ReleaseChart } from '../../../api/schemas/dashboard/chart.ts';
export type { ComparedRevisions } from '../../../api/schemas/dashboard/compare.ts';
export type {
  EvaluatedCase,
  EvaluatedCell,
  EvaluationMatrix,
} from '../../../api/schemas/dashboard/evaluation.ts';
export type { WhoAsks } from '../../../api/schemas/dashboard/me.ts';
export type {
  GuardrailTile,
  RailStage,
  ReleaseView,
  TimelineEntry,
} from '../../../api/schemas/dashboard/release-view.ts';
export type { ReleaseBoard, ReleaseLine, Tone } from '../../../api/schemas/dashboard/releases.ts';
export type { DashboardEvent } from '../../../api/schemas/dashboard/stream.ts';
export type { Explanation } from '../../../api/schemas/dashboard/explanation.ts';
export type { KnownRevision, SplitChange } from '../../../api/schemas/history.ts';
export type { MirroredPairs, MirrorReport } from '../../../api/schemas/mirror.ts';
export type { ProblemBody } from '../../../api/schemas/shared.ts';
