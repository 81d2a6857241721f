import type { EndUsers, Pseudonyms, Randomness } from './ports.ts';
import type { EndUserRecord } from './records.ts';

interface Ports {
  endUsers: EndUsers;
  pseudonyms: Pseudonyms;
  randomness: Randomness;
}

export type ResolveEndUser = (customerId: string, endUserRef: string) => Promise<EndUserRecord>;

/** The end user behind a customer's reference; a new one gets a fresh random correlation id. */
export const makeResolveEndUser =
  ({ endUsers, pseudonyms, randomness }: Ports): ResolveEndUser =>
  async (customerId, endUserRef) => {
    const endUserKey = pseudonyms.endUserKey(customerId, endUserRef);
    const found = await endUsers.find(endUserKey);
    if (found !== undefined) return found.record;

    const fresh: EndUserRecord = {
      endUserKey,
      customerId,
      correlationId: randomness.uuid(),
      generation: 1,
      lineage: [],
    };
    if (await endUsers.create(fresh)) return fresh;
    const other = await endUsers.find(endUserKey);
    if (other === undefined) throw new Error('an end user disappeared right after it was made');
    return other.record;
  };
