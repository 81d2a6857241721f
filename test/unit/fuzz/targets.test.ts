import { registerFunctions, type Handlers, type Registry } from '../../../functions/register.ts';
import { operations } from '../../fuzz/operations.ts';
import { queueNames } from '../../fuzz/fuzz-queue.ts';

/** Names as they are registered, with methods and paths of the HTTP functions. */
const registered = (): { http: Record<string, string>; messages: string[] } => {
  const http: Record<string, string> = {};
  const messages: string[] = [];
  const registry: Registry = {
    http: (name, options) => {
      const { methods = [], route = '' } = options as { methods?: string[]; route?: string };
      http[name] = `${methods.join()} /api/${route}`;
    },
    serviceBusQueue: (name) => messages.push(name),
    serviceBusTopic: (name) => messages.push(name),
    timer: () => undefined,
  };
  registerFunctions(registry, { http: {}, messages: {}, timers: {} } as unknown as Handlers);
  return { http, messages };
};

describe('what is fuzzed', () => {
  it('is every HTTP function, as the OpenAPI document describes it', () => {
    const described = operations.map(({ name, method, path }) => [name, `${method} ${path}`]);

    expect(Object.fromEntries(described)).toEqual(registered().http);
  });

  it('is every function that takes messages', () => {
    expect([...queueNames].sort()).toEqual(registered().messages.sort());
  });
});
