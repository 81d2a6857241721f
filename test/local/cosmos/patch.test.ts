import type { Container, Item, PatchOperation, PatchRequestBody } from '@azure/cosmos';
import { messageOf, refusalOf } from './support/answers.ts';
import { inEveryWorld } from './support/worlds.ts';

describe('patch', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeAll(async () => {
      container = await world().container();
    });
    let made = 0;
    const create = async (body: object): Promise<Item> => {
      made += 1;
      await container.items.create({ id: `p${made}`, pk: 'a', ...body });
      return container.item(`p${made}`, 'a');
    };
    /** What is left of an item when patched, without what every item has. */
    const patched = async (body: object, operations: PatchOperation[]): Promise<unknown> => {
      const item = await create(body);
      const { resource } = await item.patch<Record<string, unknown>>(operations);
      return Object.fromEntries(Object.entries(resource!).filter(([name]) => !/^_|^(id|pk)$/.test(name)));
    };

    it.each<[string, object, PatchOperation[], object]>([
      ['adds a property', { a: 1 }, [{ op: 'add', path: '/b', value: { c: 2 } }], { a: 1, b: { c: 2 } }],
      ['adds over a property', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
      ['inserts into an array', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
      ['inserts at the end of an array', { l: [1] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2] }],
      ['appends to an array', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
      ['sets an element of an array', { l: [1, 3] }, [{ op: 'set', path: '/l/1', value: 2 }], { l: [1, 2] }],
      ['sets a new property', {}, [{ op: 'set', path: '/a', value: null }], { a: null }],
      ['replaces a nested value', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
      ['removes a property', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
      ['removes an element', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
      ['increments', { n: 1 }, [{ op: 'incr', path: '/n', value: 2.5 }], { n: 3.5 }],
      ['increments what is absent', {}, [{ op: 'incr', path: '/n', value: -2 }], { n: -2 }],
      ['moves', { a: { b: 1 }, c: 0 }, [{ op: 'move', from: '/a/b', path: '/c' } as never], { a: {}, c: 1 }],
      ['reads ~1 as / and ~0 as ~', {}, [{ op: 'set', path: '/x~1y~0z', value: 1 }], { 'x/y~z': 1 }],
      [
        'applies in order',
        { n: 1 },
        [
          { op: 'set', path: '/o', value: {} },
          { op: 'set', path: '/o/n', value: 1 },
          { op: 'incr', path: '/o/n', value: 1 },
        ],
        { n: 1, o: { n: 2 } },
      ],
    ])('(41) %s', async (_, before, operations, after) => {
      expect(await patched(before, operations)).toEqual(after);
    });

    it.each<[string, PatchOperation[]]>([
      ['replace of a missing property', [{ op: 'replace', path: '/missing', value: 1 }]],
      ['remove of a missing property', [{ op: 'remove', path: '/missing' }]],
      ['a missing parent', [{ op: 'set', path: '/missing/child', value: 1 }]],
      ['an index outside of the array', [{ op: 'add', path: '/l/5', value: 1 }]],
      ['an increment of a text', [{ op: 'incr', path: '/t', value: 1 }]],
      ['a move into its origin', [{ op: 'move', from: '/o', path: '/o/inner' } as never]],
      ['a move from nowhere', [{ op: 'move', from: '/missing', path: '/x' } as never]],
      ['an unknown operation', [{ op: 'swap', path: '/t', value: 1 } as never]],
      ['a path that is no pointer', [{ op: 'set', path: 't', value: 1 }]],
    ])('(41, 42) refuses %s with 400', async (_, operations) => {
      const item = await create({ l: [1], t: 'x', o: {} });

      expect(await refusalOf(item.patch(operations))).toBe(400);
    });

    it('(42) takes ten operations and refuses none or eleven', async () => {
      const item = await create({ n: 0 });
      const increments = (count: number): PatchOperation[] =>
        Array.from({ length: count }, () => ({ op: 'incr', path: '/n', value: 1 }));

      expect((await item.patch<{ n: number }>(increments(10))).resource).toMatchObject({ n: 10 });
      expect(await refusalOf(item.patch(increments(11)))).toBe(400);
      expect(await refusalOf(item.patch([]))).toBe(400);
    });

    it.each(['/id', '/pk', '/_etag', '/_ts', '/_rid', '/_self', '/_attachments'])(
      '(43) refuses to patch %s',
      async (path) => {
        const item = await create({});

        expect(await messageOf(item.patch([{ op: 'set', path, value: 'b' }]))).toContain('For Operation(1)');
      },
    );

    it('(43) may set and remove the ttl', async () => {
      const item = await create({});

      expect((await item.patch([{ op: 'set', path: '/ttl', value: 60 }])).resource).toMatchObject({ ttl: 60 });
      expect(await refusalOf(item.patch([{ op: 'set', path: '/ttl', value: 0 }]))).toBe(400);
      expect((await item.patch([{ op: 'remove', path: '/ttl' }])).resource).not.toHaveProperty('ttl');
    });

    it('(44) changes nothing when one operation fails', async () => {
      const item = await create({ n: 1 });
      const { resource: before } = await item.read<object>();

      const message = await messageOf(
        item.patch([
          { op: 'incr', path: '/n', value: 1 },
          { op: 'remove', path: '/missing' },
        ]),
      );

      expect(message).toContain('For Operation(2)');
      expect((await item.read()).resource).toEqual(before);
    });

    const withCondition = (condition: string): PatchRequestBody => ({
      condition,
      operations: [{ op: 'set', path: '/hit', value: true }],
    });

    it.each([
      ['from c where c.status = "open"', 200],
      ['FROM c WHERE c.status = "open" AND c.n > 1', 200],
      ['from anything where anything.n = 2', 200],
      ['from c where c.status = "closed"', 412],
      ['from c where c.status = "OPEN"', 412],
      ['from c where c.Status = "open"', 412],
      ['from c where c.missing = "x"', 412],
      ['from c where NOT IS_DEFINED(c.missing)', 200],
      ['from c where', 400],
      ['where c.n = 2', 400],
      ['from c where d.n = 2', 400],
      ['from c where c.n = @n', 400],
    ])('(45, 46, 48) answers the condition %p with %d', async (condition, status) => {
      const item = await create({ status: 'open', n: 2 });

      const answer = await refusalOf(item.patch(withCondition(condition)));

      expect(answer).toBe(status === 200 ? 'accepted' : status);
      expect((await item.read<{ hit?: boolean }>()).resource!.hit).toBe(status === 200 ? true : undefined);
    });

    it.each(['quote " and \' ', 'back\\slash', 'new\nline', 'ü \u2028 😀', '\u0000', '-- no comment'])(
      '(47) compares the text %j that JSON.stringify wrote',
      async (text) => {
        const item = await create({ text });

        expect(await refusalOf(item.patch(withCondition(`from c where c.text = ${JSON.stringify(text)}`)))).toBe(
          'accepted',
        );
        expect(await refusalOf(item.patch(withCondition(`from c where c.text != ${JSON.stringify(text)}`)))).toBe(412);
      },
    );

    it('(48) asks only the item itself, together with If-Match', async () => {
      const item = await create({ n: 1 });
      await create({ n: 2 });
      const { etag } = await item.read();
      const whenCurrent = { accessCondition: { type: 'IfMatch', condition: etag } };

      expect(await refusalOf(item.patch(withCondition('from c where c.n = 2')))).toBe(412);
      expect(await refusalOf(item.patch(withCondition('from c where c.n = 1'), whenCurrent))).toBe('accepted');
      expect(await refusalOf(item.patch(withCondition('from c where c.n = 1'), whenCurrent))).toBe(412);
    });
  });
});
