import { Random } from '../../../../evaluation/random.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import type { Fault } from '../../../../simulation/faults/fault.ts';
import { jumpClocks } from '../../../../simulation/faults/jump-clocks.ts';
import { weatherOf } from '../../../../simulation/faults/weather-of.ts';

const faults: Fault[] = [{ kind: 'clock-jump', atSecond: 30, bySeconds: 600 }];

const begin = () => {
  const time = new VirtualTime(0);
  const weather = weatherOf(faults, new Random(1), () => 0);
  const told: string[] = [];
  jumpClocks({ faults, time, weather, say: (line) => told.push(line) });
  return { time, weather, told };
};

it('all clocks jump ahead at their second, and it is told', async () => {
  const { time, weather, told } = begin();

  await time.run(() => false);

  expect(time.nowMs).toBe(630_000);
  expect(told).toEqual(['all clocks jump ahead by 600 s']);
  expect([...weather.hits]).toEqual([['clock-jump', 1]]);
});

it('no clock jumps any more once nothing goes wrong', async () => {
  const { time, weather, told } = begin();
  weather.clear();

  await time.run(() => false);

  expect(time.nowMs).toBe(30_000);
  expect(told).toEqual([]);
  expect([...weather.hits]).toEqual([]);
});
