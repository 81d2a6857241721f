export interface Axis {
  label: string;
  scale: 'linear' | 'log';
  low: number;
  high: number;
  format(value: number): string;
}

/** How far along the axis a value lies: 0 at its low end, 1 at its high end. */
export const positionOn = ({ scale, low, high }: Axis, value: number): number =>
  scale === 'linear' ? (value - low) / (high - low) : Math.log(value / low) / Math.log(high / low);

/** Round numbers on the axis: steps of 1, 2 or 5, or powers of ten. */
export const ticksOf = ({ scale, low, high }: Axis): number[] =>
  scale === 'linear' ? linearTicks(low, high) : logTicks(low, high);

/** About this many ticks can be read beside each other. */
const wantedTicks = 5;

const linearTicks = (low: number, high: number): number[] => {
  const roughStep = (high - low) / wantedTicks;
  const magnitude = 10 ** Math.floor(Math.log10(roughStep));
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= roughStep) ?? 10);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    // 3 * 0.1 is not 0.3
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
};

const logTicks = (low: number, high: number): number[] => {
  const factors = Math.log10(high / low) < 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
};
