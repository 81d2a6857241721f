// The budget that the product goes by, from the policies that are stored; where none is, that of the default policy.

import * as z from 'zod';
import type { LocalCloud } from '../cloud.ts';
import { type Budget, DEFAULT_BUDGET, permittedFailures } from '../traffic/budget.ts';

const chance = z.number().gt(0).lt(1).optional();
const partialPolicySchema = z
  .object({ gate: z.object({ budget: z.object({ breach: chance, pass: chance }).optional() }).optional() })
  .transform(({ gate: { budget: { breach, pass } = {} } = {} }) => ({
    ...(breach !== undefined && { breach }),
    ...(pass !== undefined && { pass }),
  }));

const activeSchema = z.object({ policyHash: z.string() });
const storedPolicySchema = z.object({ policy: partialPolicySchema });
const customerSchema = z.object({ override: z.object({ layers: z.array(partialPolicySchema) }).optional() });

/** How many judged failures one end user of this customer may have in the window of the policy. */
export const readBudget = async (database: LocalCloud['database'], customerId: string): Promise<number> => {
  const read = async (container: string, id: string, partition: string): Promise<unknown> =>
    (await database.container(container).item(id, partition).read<object>()).resource;

  const active = await read('policies', 'active', 'active');
  const policyId = active === undefined ? undefined : `policy:${activeSchema.parse(active).policyHash}`;
  const stored = policyId === undefined ? undefined : await read('policies', policyId, policyId);
  const customer = await read('customers', 'policy', customerId);
  const layers = [
    ...(stored === undefined ? [] : [storedPolicySchema.parse(stored).policy]),
    ...(customer === undefined ? [] : (customerSchema.parse(customer).override?.layers ?? [])),
  ];
  return permittedFailures(layers.reduce<Budget>((under, layer) => ({ ...under, ...layer }), DEFAULT_BUDGET));
};
