// Who exists at the local identity provider.

export interface IdentityConfiguration {
  /** The client id of the API that tokens are for: their audience. */
  apiClientId: string;
  /** The public client with which people sign in, in a browser or a test. */
  consoleClientId: string;
  tenants: readonly Tenant[];
}

export interface Tenant {
  tenantId: string;
  name: string;
  clients: readonly ClientApplication[];
  people: readonly Person[];
}

export interface ClientApplication {
  clientId: string;
  secret: string;
  roles: readonly string[];
}

export interface Person {
  oid: string;
  name: string;
  scopes: readonly string[];
}

/** The first tenant is the organisation that protects itself, with its reviewers; the second is another customer. */
export const defaultConfiguration: IdentityConfiguration = {
  apiClientId: '5c7f3a10-2b1e-4f0a-9a43-6d0c1f2e7b01',
  consoleClientId: '5c7f3a10-2b1e-4f0a-9a43-6d0c1f2e7b02',
  tenants: [
    {
      tenantId: 'a1b6c0de-1111-4a11-8a11-000000000001',
      name: 'Contoso Bank',
      clients: [
        { clientId: 'c1a00001-1111-4c11-8c11-000000000001', secret: 'local-mobile-bank', roles: ['Sessions.Issue'] },
        { clientId: 'c1a00001-1111-4c11-8c11-000000000002', secret: 'local-web-onboarding', roles: ['Sessions.Issue'] },
      ],
      people: [
        {
          oid: 'be0a0001-1111-4e11-8e11-000000000001',
          name: 'Rosa Reviewer',
          scopes: ['Cases.Review'],
        },
        {
          oid: 'be0a0001-1111-4e11-8e11-000000000002',
          name: 'Anton Approver',
          scopes: ['Cases.Review', 'Cases.Approve', 'Customers.Manage'],
        },
        {
          oid: 'be0a0001-1111-4e11-8e11-000000000003',
          name: 'Olga Officer',
          scopes: ['Cases.Review', 'Cases.Approve', 'Policies.Manage', 'Audit.Read', 'People.Erase'],
        },
        { oid: 'be0a0001-1111-4e11-8e11-000000000004', name: 'Nils Nobody', scopes: [] },
      ],
    },
    {
      tenantId: 'a1b6c0de-2222-4a22-8a22-000000000002',
      name: 'Fabrikam Mobility',
      clients: [
        { clientId: 'c1a00002-2222-4c22-8c22-000000000001', secret: 'local-car-sharing', roles: ['Sessions.Issue'] },
      ],
      people: [],
    },
  ],
};

export const tenantOfClient = ({ tenants }: IdentityConfiguration, clientId: string): Tenant => {
  const tenant = tenants.find(({ clients }) => clients.some((client) => client.clientId === clientId));
  if (tenant === undefined) throw new RangeError(`No tenant has a client application ${clientId}.`);
  return tenant;
};

export const tenantOfPerson = ({ tenants }: IdentityConfiguration, oid: string): Tenant => {
  const tenant = tenants.find(({ people }) => people.some((person) => person.oid === oid));
  if (tenant === undefined) throw new RangeError(`No tenant has a person ${oid}.`);
  return tenant;
};
