// Small things that many tests say.

import type { Container, FeedOptions, SqlQuerySpec } from '@azure/cosmos';

/** The status of what was refused, with its sub-status when there is one: 412, or '400/1001'. */
export const refusalOf = async (work: Promise<unknown>): Promise<number | string> => {
  try {
    await work;
  } catch (error) {
    const { code, substatus } = error as { code?: number | string; substatus?: number };
    if (code === undefined) throw error;
    return substatus === undefined ? code : `${code}/${substatus}`;
  }
  return 'accepted';
};

export const messageOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

export const resultsOf = async (
  container: Container,
  query: string | SqlQuerySpec,
  options: FeedOptions = {},
): Promise<unknown[]> => {
  const { resources } = await container.items.query<unknown>(query, options).fetchAll();
  return resources;
};

export const ids = (items: readonly unknown[]): string[] => items.map((item) => (item as { id: string }).id);
