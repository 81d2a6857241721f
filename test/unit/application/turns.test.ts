import { Unavailable } from '../../../shared/application/errors.ts';
import { makeTurns } from '../../../shared/application/turns.ts';

const statusesOf = async (work: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(work)).map(({ status }) => status);

describe('work in turns', () => {
  it('of one key is done one after the other, in the order it came, also after a failure', async () => {
    const inTurn = makeTurns(1);
    const seen: string[] = [];
    const first = Promise.withResolvers<undefined>();

    const work = [
      inTurn('a', async () => {
        seen.push('first begins');
        await first.promise;
        seen.push('first fails');
        throw new Error('failed');
      }),
      inTurn('a', () => Promise.resolve(seen.push('second'))),
      inTurn('a', () => Promise.resolve(seen.push('third'))),
      inTurn('b', () => Promise.resolve(seen.push('another key'))),
    ];
    await work[3];
    first.resolve(undefined);

    expect(await statusesOf(work)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual(['first begins', 'another key', 'first fails', 'second', 'third']);
  });

  it('is done a few at a time', async () => {
    const inTurn = makeTurns(3);
    const gate = Promise.withResolvers<undefined>();
    let running = 0;
    let most = 0;

    const work = Array.from({ length: 10 }, () =>
      inTurn('a', async () => {
        running += 1;
        most = Math.max(most, running);
        await gate.promise;
        running -= 1;
      }),
    );
    gate.resolve(undefined);
    await Promise.all(work);

    expect(most).toBe(3);
  });

  it('ends for all who wait when a dependency does not answer, and begins anew with the next', async () => {
    const inTurn = makeTurns(1);
    const seen: string[] = [];

    const waiting = [
      inTurn('a', () => Promise.reject(new Unavailable('down'))),
      inTurn('a', () => Promise.resolve(seen.push('second'))),
      inTurn('a', () => Promise.resolve(seen.push('third'))),
    ];

    expect(await statusesOf(waiting)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(waiting[2]).rejects.toThrow('down');
    expect(await inTurn('a', () => Promise.resolve('later'))).toBe('later');
    expect(seen).toEqual([]);
  });
});
