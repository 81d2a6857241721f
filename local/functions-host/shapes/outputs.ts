/** A message that an output binding sends. */
export interface OutputMessage {
  connection: string;
  /** Queue or topic. */
  entity: string;
  body: string;
}
