// What the database was asked between two looks at its counters, and what that would cost by its model of charges.

import type { Inspection } from '../../local/cosmos/service.ts';

export interface Charges {
  requests: number;
  /** In request units. */
  charge: number;
  /** The charge by document: `correlations attempt`; a request of a batch counts for each of its documents. */
  byKind: Record<string, number>;
}

type Containers = Inspection['containers'];

export const chargesBetween = (before: Containers, after: Containers): Charges => {
  const charges: Charges = { requests: 0, charge: 0, byKind: {} };
  for (const [name, now] of Object.entries(after)) {
    const was = before[name];
    charges.charge += now.requestCharge - (was?.requestCharge ?? 0);
    charges.requests += countOf(now.operations) - countOf(was?.operations);
    for (const [kind, operations] of Object.entries(now.kinds)) {
      const spent = chargeOf(operations) - chargeOf(was?.kinds[kind]);
      if (spent > 0) charges.byKind[`${name.slice(name.indexOf('/') + 1)} ${kind}`] = spent;
    }
  }
  return charges;
};

type Operations = Containers[string]['operations'] | undefined;

const countOf = (operations: Operations): number =>
  Object.values(operations ?? {}).reduce((sum, { count }) => sum + count, 0);

const chargeOf = (operations: Operations): number =>
  Object.values(operations ?? {}).reduce((sum, { requestCharge }) => sum + requestCharge, 0);
