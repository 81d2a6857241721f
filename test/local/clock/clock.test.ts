import { ShiftableClock, sharedClock, shiftDate } from '../../../local/clock.ts';

const at = (seconds: number) => Date.UTC(2026, 0, 1) + seconds * 1000;

describe('a clock that only moves when told', () => {
  it('runs what falls due in order of time, then of creation, each at its moment', () => {
    const clock = new ShiftableClock(() => at(0));
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, (clock.now().getTime() - at(0)) / 1000]);
    clock.after(3000, note('third'));
    clock.after(1000, note('first'));
    clock.after(1000, note('second'));
    clock.after(9000, note('too late'));

    clock.advance(5000);

    expect(seen).toEqual([
      ['first', 1],
      ['second', 1],
      ['third', 3],
    ]);
    expect(clock.now().getTime()).toBe(at(5));
  });

  it('runs what was asked for on the way', () => {
    const clock = new ShiftableClock(() => at(0));
    const seen: number[] = [];
    clock.after(1000, () => clock.after(1000, () => seen.push(clock.now().getTime())));

    clock.advance(10_000);

    expect(seen).toEqual([at(2)]);
  });

  it('does not run what was cancelled, also among thousands', () => {
    const clock = new ShiftableClock(() => at(0));
    const seen: number[] = [];
    const cancels = Array.from({ length: 3000 }, (_, index) => clock.after(index, () => seen.push(index)));
    cancels.forEach((cancel, index) => {
      if (index % 3 !== 0) cancel();
    });

    clock.advance(10_000);

    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index * 3));
  });
});

describe('the shared clock', () => {
  it('is what Date shows, in every form, once shifted', () => {
    shiftDate();
    const before = Date.now();

    sharedClock.advance(3_600_000);

    expect(Date.now() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(new Date().getTime() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date().constructor).toBe(Date);
    expect(new Date(Date()).getTime()).toBeGreaterThanOrEqual(before + 3_599_000);
  });

  it('wakes what waits when the time comes by itself', async () => {
    const before = performance.now();

    await new Promise<void>((resolve) => sharedClock.after(20, resolve));

    expect(performance.now() - before).toBeGreaterThanOrEqual(19);
  });
});
