import type { AmqpConnection } from '../amqp/connection.ts';
import type { Link } from '../amqp/links.ts';
import { Refusal } from '../entity/refusal.ts';
import type { FaultAction } from '../faults.ts';

export interface AmqpRefusal {
  condition: string;
  description: string;
}

/** What is told to the client when something went wrong; anything that is not a refusal is a message we cannot read. */
export const refusalOf = (error: unknown): AmqpRefusal => {
  if (error instanceof Refusal) return { condition: error.condition, description: error.message };
  if (error instanceof RangeError) {
    return { condition: 'amqp:decode-error', description: `The message could not be read: ${error.message}.` };
  }
  throw error;
};

/** Breaks the link or its connection, if that is what the fault says; true when it did. */
export const breakLink = (fault: FaultAction | undefined, link: Link, connection: AmqpConnection): boolean => {
  if (fault?.kind === 'cut') {
    connection.cut();
    return true;
  }
  if (fault?.kind === 'detach') {
    const condition = fault.condition ?? 'amqp:link:detach-forced';
    link.close({ condition, description: 'The link was closed by a fault that was asked for.' });
    return true;
  }
  return false;
};
