import type { Container } from '@azure/cosmos';
import type { Workload } from './workload.ts';

export const countDocuments = async (container: Container, kind: string, { people }: Workload): Promise<number> => {
  const { resources } = await container.items
    .query<number>({
      query:
        'SELECT VALUE COUNT(1) FROM c WHERE c.documentKind = @kind AND ARRAY_CONTAINS(@correlationIds, c.correlationId)',
      parameters: [
        { name: '@kind', value: kind },
        { name: '@correlationIds', value: people.flatMap(([first]) => first?.correlationId ?? []) },
      ],
    })
    .fetchAll();
  return resources[0] ?? 0;
};
