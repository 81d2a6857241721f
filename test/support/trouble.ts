// What can go wrong between a use case and its ports: one call of a run fails, or the process ends at it.

import { Unavailable } from '../../shared/application/errors.ts';

export interface TroublePlan {
  /** Of all calls to ports, from 1; or the first that has this name. */
  atCall: number | string;
  /** Whether the call still does its work. */
  when: 'before' | 'after';
  /**
   * `outage`: only this call fails. `crash`: nothing happens any more from here on, cleaning up included. A function:
   * somebody else does this at that moment, and the call itself is well.
   */
  kind: 'outage' | 'crash' | (() => Promise<void>);
}

export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

export interface Trouble {
  /** The names of the calls so far, e.g. `face.create`. */
  readonly calls: string[];
  /** The same port with every call counted, and in trouble when its turn comes. */
  around: <Port extends object>(name: string, port: Port) => Port;
}

export const makeTrouble = (plan?: TroublePlan): Trouble => {
  const calls: string[] = [];
  let ended = false;

  const isItsTurn = (name: string): boolean =>
    plan?.atCall === calls.length || (plan?.atCall === name && calls.indexOf(name) === calls.length - 1);

  const step = async (name: string, run: () => unknown): Promise<unknown> => {
    if (ended) throw new ProcessEnded();
    calls.push(name);
    if (plan === undefined || !isItsTurn(name)) return run();
    if (typeof plan.kind === 'function') {
      if (plan.when === 'before') await plan.kind();
      const answer = await run();
      if (plan.when === 'after') await plan.kind();
      return answer;
    }
    if (plan.when === 'after') await run();
    ended = plan.kind === 'crash';
    throw ended ? new ProcessEnded() : new Unavailable(`trouble at ${name}`);
  };

  return {
    calls,
    around: (name, port) =>
      new Proxy(port, {
        get: (target, key) => {
          const member: unknown = Reflect.get(target, key);
          if (typeof member !== 'function') return member;
          return (...parameters: unknown[]) =>
            step(`${name}.${String(key)}`, () => Reflect.apply(member, target, parameters) as unknown);
        },
      }),
  };
};

/**
 * Runs a story with trouble at each of its calls in turn, before and after the call, and tells where it did not end well.
 * `story` gets the trouble of its process and throws when something is wrong in the end.
 */
export const withTroubleAtEachCall = async (
  kind: 'outage' | 'crash',
  story: (trouble: Trouble) => Promise<void>,
): Promise<{ calls: string[]; failures: string[] }> => {
  const smooth = makeTrouble();
  await story(smooth);
  const failures: string[] = [];
  for (const [index, name] of smooth.calls.entries()) {
    for (const when of ['before', 'after'] as const) {
      try {
        await story(makeTrouble({ atCall: index + 1, when, kind }));
      } catch (error) {
        failures.push(`${kind} ${when} call ${index + 1}, ${name}: ${String(error)}`);
      }
    }
  }
  return { calls: smooth.calls, failures };
};
