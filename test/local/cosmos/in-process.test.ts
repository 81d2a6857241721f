import { openWorld } from './support/worlds.ts';

/** Everything that follows without waiting for a moment has happened: the machine has come to its next turn. */
const atRest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('is done with a call in one turn of the machine: nothing waits for a moment', async () => {
  const world = await openWorld({ ranges: 2, port: false });
  const container = await world.container();
  const query = 'SELECT VALUE c.id FROM c WHERE c.n >= 1';
  await container.items.query(query).fetchAll(); // the client looks the ranges up once
  const done: string[] = [];
  const note = (name: string, work: Promise<unknown>): void => void work.then(() => done.push(name));

  note('create', container.items.create({ id: 'a', pk: 'a', n: 1 }));
  note('batch', container.items.batch([{ operationType: 'Create', resourceBody: { id: 'b', pk: 'a', n: 2 } }], 'a'));
  note('read', container.item('a', 'a').read());
  note('query', container.items.query(query).fetchAll());
  await atRest();

  expect(done.toSorted()).toEqual(['batch', 'create', 'query', 'read']);
  await world.stop();
});

it('gives the same ids, etags and answers when the same is asked again', async () => {
  const aDay = async (): Promise<unknown> => {
    let ids = 0;
    const newId = (): string => `id-${(ids += 1)}`;
    const world = await openWorld({ port: false, newId });
    const container = await world.container();
    const created = await container.items.create({ id: 'a', pk: 'a' });
    const refused = await container.items.create({ id: 'a', pk: 'a' }).catch((error: unknown) => error);
    const replaced = await container.item('a', 'a').replace({ id: 'a', pk: 'a', n: 1 });
    const { resource: definition } = await container.read();
    await world.stop();
    const { code, activityId } = refused as { code: number; activityId: string };
    return {
      written: [created, replaced].map(({ resource, headers }) => [resource, headers]),
      code,
      activityId,
      definition,
    };
  };

  expect(await aDay()).toEqual(await aDay());
});

it('gives each write of a container another etag', async () => {
  const world = await openWorld({ port: false });
  const container = await world.container();
  const etags: string[] = [];
  for (const id of ['a', 'b', 'a']) etags.push((await container.items.upsert({ id, pk: 'a' })).etag);
  await container.delete();
  const again = await world.container();

  etags.push((await again.items.upsert({ id: 'a', pk: 'a' })).etag);

  expect(new Set(etags).size).toBe(4);
  await world.stop();
});
