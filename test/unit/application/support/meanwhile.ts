// Somebody else does something just between two steps of a process, once. The answer of each: it does not happen any more.

import { instead } from '../../../support/instead.ts';
import type { World } from './world.ts';

/** Right after a correlation id was read, before anything is decided by it. */
export const whenRead = ({ app: { correlations } }: World, happens: () => Promise<unknown>): (() => void) => {
  const find = correlations.find.bind(correlations);
  const restore = instead(correlations, 'find', async (correlationId) => {
    restore();
    const found = await find(correlationId);
    await happens();
    return found;
  });
  return restore;
};

/** Right after Face has made a session, before anything of it is stored. */
export const whenCreated = ({ app: { face } }: World, happens: () => Promise<unknown>): (() => void) => {
  const create = face.create.bind(face);
  const restore = instead(face, 'create', async (request) => {
    restore();
    const created = await create(request);
    await happens();
    return created;
  });
  return restore;
};

/** Right after a sweep has read what was observed, before it stores up to where it has counted. */
export const whenObservationsAreRead = (
  { app: { observations } }: World,
  happens: () => Promise<unknown>,
): (() => void) => {
  const createdBetween = observations.createdBetween.bind(observations);
  const restore = instead(observations, 'createdBetween', async (customerId, from, until) => {
    restore();
    const created = await createdBetween(customerId, from, until);
    await happens();
    return created;
  });
  return restore;
};
