// One invocation: hooks before, the function, hooks after, the response of the library, the outputs.

import { randomUUID } from 'node:crypto';
import type { Activity } from './activity.ts';
import type { LogSource } from './app-log.ts';
import type { HostedFunction } from './functions.ts';
import { readOnly } from './load.ts';
import type { LoadedApp } from './load.ts';
import { describeError } from './log.ts';
import type { Logger } from './log.ts';
import { within } from './real-time.ts';
import type {
  CoreInvocationContext,
  Data,
  HookContext,
  InputData,
  RetryContext,
  RpcRequest,
  RpcResponse,
  TraceContext,
} from './rpc.ts';
import type { OutputMessage } from './shapes/outputs.ts';

export interface InvocationInput {
  data: InputData;
  triggerMetadata?: Record<string, Data>;
  trace: TraceContext;
  retryContext?: RetryContext;
}

export type Outcome =
  | { ok: true; invocationId: string; response: RpcResponse; outputs: OutputMessage[] }
  | { ok: false; invocationId: string; error: unknown };

/** Never throws: what goes wrong in the app is an outcome, and logged. */
export type Invoke = (fn: HostedFunction, input: InvocationInput) => Promise<Outcome>;

interface Parts {
  app: Pick<LoadedApp, 'model' | 'hooks' | 'appHookData' | 'log'>;
  logger: Logger;
  activity: Activity;
  functionTimeoutMs: number | undefined;
  deliverOutputs: (fn: HostedFunction, response: RpcResponse) => Promise<OutputMessage[]>;
}

export const makeInvoke =
  ({ app, logger, activity, functionTimeoutMs, deliverOutputs }: Parts): Invoke =>
  (fn, input) => {
    const invocationId = randomUUID();
    const source = { category: 'host', functionName: fn.name, invocationId } as const;
    return activity.track(`${fn.name} (${invocationId})`, async () => {
      try {
        const work = (async () => {
          const response = await runApp(app, fn, toRequest(fn, invocationId, input));
          return { response, outputs: await deliverOutputs(fn, response) };
        })();
        const done = await withTimeout(work, functionTimeoutMs, fn.name, () => {
          logger({ ...source, level: 'warning', message: 'It ended after its timeout; the result is ignored.' });
        });
        return { ok: true, invocationId, ...done };
      } catch (error) {
        logger({ ...source, level: 'error', message: 'The invocation failed.', error: describeError(error) });
        return { ok: false, invocationId, error };
      }
    });
  };

const toRequest = (fn: HostedFunction, invocationId: string, input: InvocationInput): RpcRequest => ({
  invocationId,
  functionId: fn.registration.id,
  traceContext: input.trace,
  inputData: [{ name: fn.triggerBinding, data: input.data }],
  triggerMetadata: input.triggerMetadata ?? {},
  ...(input.retryContext !== undefined && { retryContext: input.retryContext }),
});

const runApp = async (app: Parts['app'], fn: HostedFunction, request: RpcRequest): Promise<RpcResponse> => {
  const { hooks, appHookData } = app;
  const hookData = {};
  const source: LogSource = {
    functionName: fn.name,
    invocationId: request.invocationId,
    hookData,
    invocationContext: undefined,
  };
  const core: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: { ...fn.registration.metadata, bindings: fn.bindings },
    state: undefined,
    log: (level, category, message) => app.log(level, category, message, source),
  };
  const inState = async <T>(state: CoreInvocationContext['state'], step: () => Promise<T>): Promise<T> => {
    core.state = state;
    try {
      return await step();
    } finally {
      core.state = undefined;
    }
  };

  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  source.invocationContext = context;

  const before = readOnly({
    hookData,
    appHookData,
    invocationContext: context,
    inputs,
    functionCallback: fn.registration.callback,
  });
  await inState('preInvocationHooks', async () => {
    for (const hook of hooks.preInvocation) await hook(before);
  });

  const after: AfterInvocation = readOnly({
    hookData,
    appHookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null,
    error: null,
  });
  try {
    after.result = await inState('invocation', () =>
      model.invokeFunction(context, before.inputs, before.functionCallback),
    );
  } catch (error) {
    after.error = error;
  }
  await inState('postInvocationHooks', async () => {
    for (const hook of hooks.postInvocation) await hook(after);
  });

  if (after.error !== null && after.error !== undefined) throw after.error as Error;
  return model.getResponse(context, after.result);
};

/** What the hooks after the invocation may change: no error means that it succeeded. */
interface AfterInvocation extends HookContext {
  hookData: object;
  appHookData: object;
  result: unknown;
  error: unknown;
}

const withTimeout = async <T>(
  work: Promise<T>,
  timeoutMs: number | undefined,
  name: string,
  onLateEnd: () => void,
): Promise<T> => {
  if (timeoutMs === undefined) return work;
  const result = await within(timeoutMs, work);
  if (result.inTime) return result.value;
  work.then(onLateEnd, onLateEnd);
  throw new Error(`Timeout value of ${timeoutMs} ms exceeded by function ${name}.`);
};
