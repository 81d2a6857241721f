import type { Container, PartitionKey } from '@azure/cosmos';
import { ids, refusalOf, resultsOf } from './support/answers.ts';
import { send } from './support/raw-request.ts';
import { inEveryWorld, keyedBy } from './support/worlds.ts';

const ifMatch = (condition: string): { accessCondition: { type: string; condition: string } } => ({
  accessCondition: { type: 'IfMatch', condition },
});
const ifNoneMatch = (condition: string): { accessCondition: { type: string; condition: string } } => ({
  accessCondition: { type: 'IfNoneMatch', condition },
});

describe('items', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeAll(async () => {
      container = await world().container();
    });
    const post = async (body: string, headers: Record<string, string>): Promise<unknown[]> => {
      const path = `/dbs/test/colls/${container.id}/docs`;
      const answer = await send(world().cosmos, { method: 'POST', path, headers, body });
      return [answer.status, answer.body.code];
    };
    let made = 0;
    const create = async (body: object = {}): Promise<{ id: string; pk: string; etag: string; rid: string }> => {
      made += 1;
      const { resource } = await container.items.create<object>({ id: `item-${made}`, pk: 'a', ...body });
      return { id: resource!.id, pk: 'a', etag: resource!._etag, rid: resource!._rid };
    };

    it('(17) answers each operation with its status, for new and for existing items', async () => {
      const item = container.item('17', 'a');
      const body = { id: '17', pk: 'a' };

      expect(await refusalOf(item.replace(body))).toBe(404);
      expect(await refusalOf(item.delete())).toBe(404);
      expect(await refusalOf(item.patch([{ op: 'set', path: '/x', value: 1 }]))).toBe(404);
      expect((await container.items.create(body)).statusCode).toBe(201);
      expect(await refusalOf(container.items.create(body))).toBe(409);
      expect((await container.items.upsert(body)).statusCode).toBe(200);
      expect((await container.items.upsert({ ...body, id: '17b' })).statusCode).toBe(201);
      expect((await item.replace({ ...body, x: 1 })).resource).toMatchObject({ x: 1 });
      expect((await item.patch([{ op: 'set', path: '/x', value: 2 }])).statusCode).toBe(200);
      expect(await item.read()).toMatchObject({ statusCode: 200, resource: { id: '17', x: 2 } });
      expect((await item.delete()).statusCode).toBe(204);
    });

    it('(18) answers 404 without a resource when a missing item is read', async () => {
      const { statusCode, resource } = await container.item('missing', 'a').read<object>();

      expect([statusCode, resource]).toEqual([404, undefined]);
    });

    it('(19) gives a new quoted etag with each write, in the header and in the item', async () => {
      const { id, etag } = await create();

      const second = await container.item(id, 'a').replace({ id, pk: 'a' });
      const third = await container.items.upsert({ id, pk: 'a' });

      expect(etag).toMatch(/^".+"$/);
      expect(second.etag).toBe(second.resource!._etag);
      expect(new Set([etag, second.etag, third.etag]).size).toBe(3);
    });

    it('(20) keeps the rid through a replace, and gives a new one after delete and create', async () => {
      const { id, rid } = await create();

      const replaced = await container.item(id, 'a').replace({ id, pk: 'a' });
      await container.item(id, 'a').delete();
      const created = await container.items.create({ id, pk: 'a' });

      expect(replaced.resource!._rid).toBe(rid);
      expect(created.resource!._rid).not.toBe(rid);
    });

    it('(21) drops system properties that the client makes up', async () => {
      const fake = { _rid: 'fake', _etag: 'fake', _ts: 1, _self: 'fake', _attachments: 'fake' };

      const { resource } = await container.items.create({ id: '21', pk: 'a', ...fake });

      expect(Object.values(resource!)).not.toContain('fake');
      expect(resource!._ts).toBe(world().clock.now().getTime() / 1000);
      expect(resource).toMatchObject({ _attachments: 'attachments/' });
    });

    it('(22) gives back all other content as it came', async () => {
      const content = {
        nested: { list: [1, 2.5, -0.001, 1e21, null, true, 'ü€😀\u2028"\\\n', [], {}], empty: '' },
        'name with "quotes" and /': 'x',
        ['__proto__']: { polluted: false },
        _own: 1,
      };

      await container.items.create({ id: '22', pk: 'a', ...content });
      const { resource } = await container.item('22', 'a').read<Record<string, unknown>>();

      expect(JSON.stringify(resource)).toContain(JSON.stringify({ id: '22', pk: 'a', ...content }).slice(0, -1));
    });

    it.each([
      'ünï-😀',
      'with space',
      'per%cent',
      'a+b',
      `'single' "double"`,
      'a:b:c',
      'x'.repeat(1023),
      'ü'.repeat(511),
    ])('(23) takes the id %p', async (id) => {
      const { statusCode } = await container.items.create({ id, pk: 'ids' });

      expect(statusCode).toBe(201);
      expect((await container.item(id, 'ids').read()).resource).toMatchObject({ id });
      expect((await container.item(id, 'ids').delete()).statusCode).toBe(204);
    });

    it.each([{ id: 'x'.repeat(1024) }, { id: 'ü'.repeat(512) }, { ttl: 0 }, { ttl: -2 }, { ttl: 1.5 }, { ttl: '5' }])(
      '(24) refuses %p with 400',
      async (body: object) => {
        expect(await refusalOf(container.items.create({ id: '24', pk: 'a', ...body }))).toBe(400);
      },
    );

    it.each([
      '{"pk":"a"}',
      '{"id":"","pk":"a"}',
      '{"id":"a/b","pk":"a"}',
      '{"id":"a\\\\b","pk":"a"}',
      '{"id":7,"pk":"a"}',
    ])('(24) refuses the body %s with 400', async (body) => {
      expect(await post(body, { 'x-ms-documentdb-partitionkey': '["a"]' })).toEqual([400, 'BadRequest']);
    });

    it.each(['', '{', '[]', '"text"', 'null'])('(24) refuses a body that is no object: %p', async (body) => {
      expect(await post(body, { 'x-ms-documentdb-partitionkey': '["a"]' })).toEqual([400, 'BadRequest']);
    });

    it('(24) refuses to change the id in a replace', async () => {
      const { id } = await create();

      expect(await refusalOf(container.item(id, 'a').replace({ id: 'another', pk: 'a' }))).toBe(400);
    });

    it('(25) keeps a partition of its own for each kind of key value', async () => {
      const keys: PartitionKey[] = ['1', 1, true, false, '', 'true', null, {}, -1.5, 'null'];
      const own = await world().container();

      for (const [i, pk] of keys.entries()) {
        const body = typeof pk === 'object' && pk !== null ? { id: 'same', i } : { id: 'same', pk, i };
        expect((await own.items.create(body)).statusCode).toBe(201);
      }

      for (const [i, key] of keys.entries()) {
        expect((await own.item('same', key).read()).resource).toMatchObject({ i });
        expect(await resultsOf(own, 'SELECT VALUE c.i FROM c', { partitionKey: key })).toEqual([i]);
      }
    });

    it('(25) finds the key at a nested path', async () => {
      const own = await world().container({ partitionKey: keyedBy('/who/"the key"') });

      await own.items.upsert({ id: '1', who: { 'the key': 'k' } }, { partitionKey: 'k' } as never);

      expect((await own.item('1', 'k').read()).statusCode).toBe(200);
    });

    it('(26) refuses a body whose key differs from the header, and a point request without key', async () => {
      const { id } = await create();

      expect(await refusalOf(container.item(id, 'a').replace({ id, pk: 'b' }))).toBe('400/1001');
      expect(await post('{"id":"26","pk":"a"}', {})).toEqual([400, 'BadRequest']);
      expect(await post('{"id":"26","pk":"a"}', { 'x-ms-documentdb-partitionkey': '"a"' })).toEqual([
        400,
        'BadRequest',
      ]);
    });

    it('(27) takes an item of 1.9 MB and refuses one over 2 MB of UTF-8, changing nothing', async () => {
      const big = 'x'.repeat(1_900_000);
      const tooBig = 'ü'.repeat(1_050_000);
      const { id, etag } = await create({ big });
      const item = container.item(id, 'a');

      expect(await refusalOf(container.items.create({ id: '27', pk: 'a', tooBig }))).toBe(413);
      expect(await refusalOf(item.replace({ id, pk: 'a', tooBig }))).toBe(413);
      expect(await refusalOf(item.patch([{ op: 'add', path: '/more', value: 'y'.repeat(250_000) }]))).toBe(413);

      const { resource } = await item.read<{ big: string }>();
      expect(resource!.big).toHaveLength(1_900_000);
      expect(resource!._etag).toBe(etag);
      expect((await container.item('27', 'a').read()).statusCode).toBe(404);
    });

    it('(28) refuses a stale If-Match on replace, upsert, patch and delete', async () => {
      const { id, etag } = await create();
      const item = container.item(id, 'a');
      const { resource } = await item.replace({ id, pk: 'a', n: 2 });
      const stale = ifMatch(etag);

      expect(await refusalOf(item.replace({ id, pk: 'a' }, stale))).toBe(412);
      expect(await refusalOf(container.items.upsert({ id, pk: 'a' }, stale))).toBe(412);
      expect(await refusalOf(item.patch([{ op: 'set', path: '/n', value: 3 }], stale))).toBe(412);
      expect(await refusalOf(item.delete(stale))).toBe(412);
      expect((await item.read()).resource).toEqual(resource);
    });

    it('(29) lets the current If-Match pass', async () => {
      const { id, etag } = await create();
      const item = container.item(id, 'a');

      const replaced = await item.replace({ id, pk: 'a' }, ifMatch(etag));
      const upserted = await container.items.upsert({ id, pk: 'a' }, ifMatch(replaced.etag));
      const patched = await item.patch([{ op: 'set', path: '/n', value: 3 }], ifMatch(upserted.etag));

      expect((await item.delete(ifMatch(patched.etag))).statusCode).toBe(204);
    });

    it('(30) compares If-Match as text, quotes included; a missing item is 404 first', async () => {
      const { id, etag } = await create();
      const missing = container.item('missing', 'a');

      expect(await refusalOf(container.item(id, 'a').delete(ifMatch(etag.replaceAll('"', ''))))).toBe(412);
      expect(await refusalOf(missing.delete(ifMatch(etag)))).toBe(404);
      expect(await refusalOf(missing.replace({ id: 'missing', pk: 'a' }, ifMatch(etag)))).toBe(404);
    });

    it('(31) answers 304 to a read with the current etag in If-None-Match, and 200 with another', async () => {
      const { id, etag } = await create();
      const item = container.item(id, 'a');

      expect((await item.read(ifNoneMatch(etag))).statusCode).toBe(304);
      expect((await item.read(ifNoneMatch('"another"'))).statusCode).toBe(200);
    });

    it('(31) lets an upsert with If-None-Match * only create', async () => {
      const upsert = (): Promise<unknown> => container.items.upsert({ id: '31', pk: 'a' }, ifNoneMatch('*'));

      expect(await refusalOf(upsert())).toBe('accepted');
      expect(await refusalOf(upsert())).toBe(412);
    });

    it('lists all items of a partition', async () => {
      const own = await world().container();
      await own.items.create({ id: '1', pk: 'a' });
      await own.items.create({ id: '2', pk: 'b' });
      await own.items.create({ id: '3', pk: 'a' });

      expect(ids((await own.items.readAll({ partitionKey: 'a' }).fetchAll()).resources)).toEqual(['1', '3']);
      expect(ids((await own.items.readAll().fetchAll()).resources)).toEqual(['1', '2', '3']);
    });
  });
});
