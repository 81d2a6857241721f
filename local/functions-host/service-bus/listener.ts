// Receives for one function: one message a call, or a batch a call. Success completes, a throw abandons; how often a
// message comes again is the broker's business.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { Activity } from '../activity.ts';
import { describeEntity } from '../functions.ts';
import type { HostedFunction, ServiceBusTrigger } from '../functions.ts';
import type { HostConfig } from '../host-json.ts';
import type { Invoke } from '../invoke.ts';
import { describeError } from '../log.ts';
import type { Logger } from '../log.ts';
import { toMessageInvocation } from './message-invocation.ts';
import { fromReceived } from './received-message.ts';
import { Settlements } from './settlements.ts';
import type { Settlement } from './settlements.ts';

export interface Listener {
  /** Takes nothing new; what was received can still be settled. */
  stopReceiving(): Promise<void>;
}

export interface ListenerParts {
  fn: HostedFunction<ServiceBusTrigger>;
  /** Made with `receiverOptions`. */
  receiver: ServiceBusReceiver;
  config: HostConfig['serviceBus'];
  invoke: Invoke;
  activity: Activity;
  logger: Logger;
}

export const receiverOptions = ({ trigger }: HostedFunction<ServiceBusTrigger>, config: HostConfig['serviceBus']) =>
  ({
    receiveMode: 'peekLock',
    skipParsingBodyAsJson: true,
    // The locks of a batch are not renewed.
    maxAutoLockRenewalDurationInMs: trigger.cardinality === 'one' ? config.maxAutoLockRenewalDurationMs : 0,
  }) as const;

export const startListener = (parts: ListenerParts): Listener =>
  parts.fn.trigger.cardinality === 'one' ? listenForMessages(parts) : listenForBatches(parts);

const listenForMessages = (parts: ListenerParts): Listener => {
  const { fn, receiver, config, invoke, activity } = parts;
  const settle = makeSettle(parts);
  const report = makeReport(parts);
  let isStopped = false;

  const subscription = receiver.subscribe(
    {
      processMessage: (message) =>
        activity.track(`message for ${fn.name}`, async () => {
          if (isStopped) return settle('abandon', [message]);
          const outcome = await invoke(fn, toMessageInvocation(fn, [fromReceived(message)]));
          if (!outcome.ok) return settle('abandon', [message]);
          if (fn.trigger.autoComplete) return settle('complete', [message]);
        }),
      processError: ({ error, errorSource }) => {
        report(errorSource, error);
        return Promise.resolve();
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: config.maxConcurrentCalls },
  );
  return {
    stopReceiving: () => {
      isStopped = true;
      return subscription.close();
    },
  };
};

/** The SDK gives back nothing in the middle of a wait, so a stop waits for the end of this at most. */
const POLL_MS = 500;
/** After the first message: what is there already comes at once. The SDK alone would wait a second for more. */
const GATHER_MS = 20;
const PAUSE_AFTER_ERROR_MS = 1000;

const listenForBatches = (parts: ListenerParts): Listener => {
  const { fn, receiver, config, invoke, activity } = parts;
  const settle = makeSettle(parts);
  const report = makeReport(parts);
  const stopping = new AbortController();

  const receiveBatch = async (): Promise<ServiceBusReceivedMessage[]> => {
    const first = await receiver.receiveMessages(1, { maxWaitTimeInMs: POLL_MS });
    if (first.length === 0 || stopping.signal.aborted || config.maxMessageBatchSize === 1) return first;
    try {
      const others = await receiver.receiveMessages(config.maxMessageBatchSize - 1, { maxWaitTimeInMs: GATHER_MS });
      return [...first, ...others];
    } catch (error) {
      report('receive', error);
      return first;
    }
  };
  const runBatch = async (messages: ServiceBusReceivedMessage[]): Promise<void> => {
    if (stopping.signal.aborted) return settle('abandon', messages);
    const outcome = await invoke(fn, toMessageInvocation(fn, messages.map(fromReceived)));
    if (!outcome.ok) return settle('abandon', messages);
    if (fn.trigger.autoComplete) return settle('complete', messages);
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const messages = await receiveBatch();
        if (messages.length > 0) await activity.track(`batch for ${fn.name}`, () => runBatch(messages));
      } catch (error) {
        report('receive', error);
        await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const ended = loop();
  return {
    stopReceiving: () => {
      stopping.abort();
      return ended;
    },
  };
};

/** Never throws: a message that could not be settled comes again. */
const makeSettle = ({ receiver, fn, logger }: ListenerParts) => {
  const settlements = new Settlements();
  return async (kind: Settlement, messages: readonly ServiceBusReceivedMessage[]): Promise<void> => {
    const results = await Promise.allSettled(
      messages.map((message) =>
        settlements.add(kind, () =>
          kind === 'complete'
            ? receiver.completeMessage(message)
            : receiver.abandonMessage(message).then(() => undefined),
        ),
      ),
    );
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      logger({
        level: 'error',
        category: 'host',
        functionName: fn.name,
        message: `A message could not be settled (${kind}); it comes again.`,
        error: describeError(result.reason),
      });
    }
  };
};

const REPORT_AGAIN_MS = 60_000;

/** A broker that stays away says the same thing many times: once a minute is enough. */
const makeReport = ({ fn, logger }: ListenerParts) => {
  const lastReports = new Map<string, number>();
  return (source: string, error: unknown): void => {
    const described = describeError(error);
    const now = performance.now();
    if (now - (lastReports.get(described.message) ?? -Infinity) < REPORT_AGAIN_MS) return;
    lastReports.set(described.message, now);
    const where = describeEntity(fn.trigger.entity);
    const message = `The ${where} has trouble (${source}); the host goes on trying.`;
    logger({ level: 'error', category: 'host', functionName: fn.name, message, error: described });
  };
};
