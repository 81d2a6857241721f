import type { MessageFields } from '../wire/message-content.ts';

/** Decides whether a subscription takes a message. */
export interface Rule {
  readonly name: string;
  matches(fields: MessageFields): boolean;
}

export const matchesEverything: Rule = { name: '$Default', matches: () => true };
