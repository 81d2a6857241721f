import type { Random } from './random.ts';
import type { Trace, TraceEvent } from './trace.ts';

const DUPLICATE_SHARE = 0.03;

/** The events as a queue may deliver them: in any order, some twice. */
export const disturb = ({ events }: Trace, random: Random): TraceEvent[] => {
  const delivered = events.flatMap((event) => (random.happens(DUPLICATE_SHARE) ? [event, event] : [event]));
  // Fisher-Yates: every order is equally likely.
  for (let last = delivered.length - 1; last > 0; last -= 1) {
    const other = random.whole(0, last);
    [delivered[last], delivered[other]] = [delivered[other] as TraceEvent, delivered[last] as TraceEvent];
  }
  return delivered;
};
