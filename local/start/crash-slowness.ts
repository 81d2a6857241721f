// The services answer slowly for a while. A request takes milliseconds here, and a kill would meet few of them; so it
// meets them everywhere: before a write and after it, at Face and at the queue.

import type { LocalCloud } from '../cloud.ts';

/** Well under the two seconds that the gate gives a call: nothing fails by it. */
const ANSWER_MS = { cosmos: [10, 220], face: 200, queue: 100 } as const;
/** After this even the slowest call that is on its way has been carried out. */
export const SLOWEST_CALL_MS = 300;

/** The answer makes them as fast as before. */
export const slowDown = ({ cosmos, face, serviceBus }: Pick<LocalCloud, 'cosmos' | 'face' | 'serviceBus'>) => {
  const queue = { entity: 'liveness-results', times: Infinity, do: { kind: 'delay', ms: ANSWER_MS.queue } } as const;
  const faults = (['send', 'deliver'] as const).map((on) => serviceBus.faults.add({ on, ...queue }));
  const removers = [
    cosmos.faults.add({ latencyMs: ANSWER_MS.cosmos }),
    face.faults.add({ latencyMs: ANSWER_MS.face }),
    ...faults.map((fault) => () => fault.remove()),
  ];
  return (): void => removers.forEach((remove) => remove());
};
