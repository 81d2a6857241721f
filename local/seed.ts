// Two customers and their client applications: what an operator writes when a customer is onboarded.

import type { LocalCloud } from './cloud.ts';
import { defaultConfiguration } from './identity/configuration.ts';

interface Customer {
  customerId: string;
  name: string;
  dailySessionQuota: number;
  alternativePath: string;
  tenant: (typeof defaultConfiguration.tenants)[number] | undefined;
}

const [contoso, fabrikam] = defaultConfiguration.tenants;

export const customers: readonly Customer[] = [
  {
    customerId: 'contoso',
    name: 'Contoso Bank',
    dailySessionQuota: 100_000,
    alternativePath: 'Visit a branch with an identity document.',
    tenant: contoso,
  },
  {
    customerId: 'fabrikam',
    name: 'Fabrikam Mobility',
    dailySessionQuota: 10_000,
    alternativePath: 'Call the service line for an identification by video.',
    tenant: fabrikam,
  },
];

/** Seeding again changes nothing that is there. */
export const seed = async ({ database }: Pick<LocalCloud, 'database'>): Promise<void> => {
  const createIfMissing = async (container: string, document: { id: string } & Record<string, unknown>) => {
    try {
      await database.container(container).items.create({ schemaVersion: 1, ...document });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 409)) throw error;
    }
  };
  for (const { tenant, ...customer } of customers) {
    await createIfMissing('customers', {
      id: 'customer',
      documentKind: 'customer',
      eligibility: 'eligible',
      ...customer,
    });
    for (const { clientId } of tenant?.clients ?? []) {
      await createIfMissing('client-applications', {
        id: 'client-application',
        documentKind: 'client-application',
        clientKey: `${tenant?.tenantId}:${clientId}`,
        customerId: customer.customerId,
      });
    }
  }
};
