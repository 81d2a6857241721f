// What the people of a run act on.

import type { LocalFace } from '../../local/face/start-face.ts';
import type { Checker } from '../checker/checker.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { FunctionsHost } from '../world/functions-host.ts';
import type { PolicyBook } from './policy-book.ts';

export interface Stage {
  time: VirtualTime;
  host: FunctionsHost;
  face: LocalFace;
  checker: Checker;
  policies: PolicyBook;
  /** How much longer than usual people take between two things. */
  tempo: number;
  /** When people stop asking for more. */
  untilMs: number;
  /** One line of the run's story. */
  say: (line: string) => void;
}
