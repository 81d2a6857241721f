import type { LocalFace } from '../../local/face/start-face.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { Fault } from './fault.ts';
import type { FaultyWeather } from './weather-of.ts';

/** The answer is told of every session that Face makes, and has Face forget those that are to be forgotten. */
export const forgetSessions = (parts: {
  faults: readonly Fault[];
  time: VirtualTime;
  weather: FaultyWeather;
  say: (line: string) => void;
}): ((face: LocalFace, faceSessionId: string) => void) => {
  const { faults, time, weather, say } = parts;
  let made = 0;
  return (face, faceSessionId) => {
    made += 1;
    for (const fault of faults) {
      if (fault.kind !== 'forgotten-session' || fault.session !== made) continue;
      time.after(1000 * fault.afterSeconds, () => {
        if (!weather.canStrike(fault)) return;
        const session = face.inspect().list.find(({ sessionId }) => sessionId === faceSessionId);
        if (session?.deleted !== false) return;
        weather.hit(fault.kind);
        say(`Face forgets a session after ${session.attempts.length} attempts`);
        face.forget(faceSessionId);
      });
    }
  };
};
