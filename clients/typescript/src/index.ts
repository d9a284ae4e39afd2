export { startClient, type ClientOptions, type ClientState, type SluiceClient } from './client.ts';
export type { Decision, Proof } from './decider.ts';
export type { Feedback, Outcome, Reported } from './told.ts';
export type { Arm, Reason, Revision } from './split.ts';
