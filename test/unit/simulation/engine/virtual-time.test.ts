import { SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { fc } from '../../domain/support/fast-check.ts';

const STARTS_AT_MS = 1000;

const untilNothingIsLeft = () => false;

const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const microtask = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));

describe('virtual time', () => {
  it('stands still until something waits for a later moment', async () => {
    const time = new VirtualTime(STARTS_AT_MS);

    await time.run(untilNothingIsLeft);

    expect(time.nowMs).toBe(STARTS_AT_MS);
    expect(time.now()).toEqual(new Date(STARTS_AT_MS));
  });

  it('runs what waits at its own moment, whenever it was asked for', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${time.nowMs}`);
    time.after(300, note('late'));
    time.after(0, note('now'));
    time.after(20, note('early'));

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual(['now at 1000', 'early at 1020', 'late at 1300']);
  });

  it('keeps the order of asking among what waits for the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 30 }), async (delays) => {
        const time = new VirtualTime(STARTS_AT_MS);
        const seen: number[] = [];
        for (const [index, ms] of delays.entries()) time.after(ms, () => seen.push(index));

        await time.run(untilNothingIsLeft);

        const inOrder = [...delays.keys()].sort((a, b) => delays[a]! - delays[b]! || a - b);
        expect(seen).toEqual(inOrder);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['promises', () => Promise.resolve()],
    ['ticks', tick],
    ['microtasks', microtask],
    ['ticks within promises within microtasks', () => tick().then(microtask).then(tick)],
  ])('lets all that follows come to rest first, however long the chain of %s', async (_, next) => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: string[] = [];
    const chain = async (): Promise<void> => {
      for (let link = 0; link < 100; link += 1) await next();
      seen.push('the chain has ended');
    };
    time.after(5, () => void chain());
    time.after(5, () => seen.push('the next one runs'));

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual(['the chain has ended', 'the next one runs']);
  });

  it('begins only when all that was started before has come to rest', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: string[] = [];
    time.after(0, () => seen.push('waited'));
    const started = tick()
      .then(tick)
      .then(() => seen.push('started'));

    await time.run(untilNothingIsLeft);

    await started;
    expect(seen).toEqual(['started', 'waited']);
  });

  it('shows what has waited the moment of its own, for all its chain', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      await time.sleep(10);
      await tick();
      seen.push(time.nowMs);
      await time.sleep(5);
      seen.push(time.nowMs);
    };
    void work();
    time.after(11, () => seen.push(time.nowMs));

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual([1010, 1011, 1015]);
  });

  it('takes a moment that is over for the present one', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: number[] = [];
    time.after(-50, () => seen.push(time.nowMs));

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual([STARTS_AT_MS]);
  });

  it('never runs what was cancelled', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: string[] = [];
    const cancelFirst = time.after(10, () => seen.push('first'));
    const cancelThird = time.after(30, () => seen.push('third'));
    time.after(20, () => {
      seen.push('second');
      cancelThird();
    });
    cancelFirst();

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual(['second']);
  });

  it('never runs what a process waits for that has ended', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const [mortal, other] = [new SimulatedProcess('mortal'), new SimulatedProcess('other')];
    const seen: string[] = [];
    const work = async (name: string): Promise<void> => {
      try {
        await time.sleep(10);
        seen.push(`${name} at ${time.nowMs}`);
        await time.sleep(10);
        seen.push(`${name} at ${time.nowMs}`);
      } finally {
        seen.push(`${name} cleans up`);
      }
    };
    within({ process: mortal }, () => void work('mortal'));
    within({ process: other }, () => void work('other'));
    time.after(15, () => mortal.kill());

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual(['mortal at 1010', 'other at 1010', 'other at 1020', 'other cleans up']);
  });

  it('makes everything late that waits for a moment within a jump, and keeps its order', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${time.nowMs}`);
    time.after(30, note('third'));
    time.after(20, note('second'));
    time.after(6000, note('beyond'));
    time.after(10, () => time.jump(5000));

    await time.run(untilNothingIsLeft);

    expect(seen).toEqual(['second at 6010', 'third at 6010', 'beyond at 7000']);
  });

  it('stops as soon as the goal is reached, and goes on later from there', async () => {
    const time = new VirtualTime(STARTS_AT_MS);
    const seen: number[] = [];
    for (const ms of [10, 20, 30]) time.after(ms, () => seen.push(time.nowMs));

    await time.run(() => seen.length === 2);

    expect(seen).toEqual([1010, 1020]);
    expect(time.nowMs).toBe(1020);
    await time.run(untilNothingIsLeft);
    expect(seen).toEqual([1010, 1020, 1030]);
  });
});
