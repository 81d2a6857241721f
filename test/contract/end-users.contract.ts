import type { EndUsers } from '../../shared/application/ports.ts';
import { aCorrelationId, anEndUser } from '../support/builders.ts';
import { startOfTests } from '../support/held-clock.ts';

export const endUsersContract = (make: () => EndUsers): void => {
  const found = async (endUserKey: string) => {
    const endUser = await make().find(endUserKey);
    if (endUser === undefined) throw new Error('the end user is not there');
    return endUser;
  };

  it('finds nobody who was not stored', async () => {
    expect(await make().find(anEndUser().endUserKey)).toBeUndefined();
  });

  it('gives back an end user as stored, with the correlation ids of before', async () => {
    const endUser = anEndUser({
      generation: 2,
      lineage: [{ correlationId: aCorrelationId(), retiredAt: startOfTests }],
    });

    expect(await make().create(endUser)).toBe(true);

    expect((await found(endUser.endUserKey)).record).toEqual(endUser);
  });

  it('creates an end user once, and keeps the first', async () => {
    const endUser = anEndUser();
    const others = [aCorrelationId(), aCorrelationId()].map((correlationId) => ({ ...endUser, correlationId }));

    const created = await Promise.all([endUser, ...others].map((record) => make().create(record)));

    expect(created.filter(Boolean)).toHaveLength(1);
    const first = [endUser, ...others][created.indexOf(true)];
    expect((await found(endUser.endUserKey)).record).toEqual(first);
  });

  it('replaces an end user at the version that was read, and at no other', async () => {
    const endUser = anEndUser();
    await make().create(endUser);
    const { version } = await found(endUser.endUserKey);
    const replaced = { ...endUser, generation: 2 };

    expect(await make().replace({ record: replaced, version })).toBe(true);
    expect(await make().replace({ record: { ...endUser, generation: 3 }, version })).toBe(false);

    expect((await found(endUser.endUserKey)).record).toEqual(replaced);
  });

  it('does not bring back an end user that is gone', async () => {
    const erased = anEndUser();

    expect(await make().replace({ record: erased, version: 'v' })).toBe(false);

    expect(await make().find(erased.endUserKey)).toBeUndefined();
  });
};
