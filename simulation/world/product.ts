// One process of the product: its own connections through the simulated network, wired as in production.

import { InvocationContext } from '@azure/functions';
import { closeOpenSessionsHandler } from '../../functions/messages/close-open-sessions.ts';
import { recordLivenessResultHandler } from '../../functions/messages/record-liveness-result.ts';
import { runSweepHandler } from '../../functions/messages/run-sweep.ts';
import { DEADLINE, wire as wireUseCases } from '../../functions/wire.ts';
import type { Random } from '../../evaluation/random.ts';
import { connectCosmos } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { FaceService } from '../../shared/adapters/face/face-service.ts';
import { connectServiceBus } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import type { Log } from '../../shared/application/ports.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { makePseudonyms } from '../../shared/platform/hashes.ts';
import { rememberedTokens } from '../../shared/platform/remembered-tokens.ts';
import { tokenWithinDeadline } from '../../shared/platform/token-within-deadline.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import type { SimulatedProcess } from '../engine/simulated-process.ts';
import { within } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import { cosmosThroughNetwork } from './cosmos-through-network.ts';
import { faceThroughNetwork } from './face-through-network.ts';
import type { SimulatedCloud } from './local-cloud.ts';
import { nextVersionClient, ofNextVersion } from './next-version.ts';
import { makeRandomness } from './randomness.ts';
import type { Replicas } from './replicas.ts';
import { senderThroughNetwork } from './sender-through-network.ts';

export const pseudonyms = makePseudonyms({ version: 1, secret: Buffer.alloc(32, 7) });

const FACE_CALLS_PER_SECOND = 10;
/** The wire leads to the broker, whatever its name. */
const NAMESPACE = 'service-bus.local';

export interface ProductParts {
  cloud: SimulatedCloud;
  replicas: Replicas;
  network: Network;
  time: VirtualTime;
  random: Random;
  checker: Checker;
  log: Log;
  /** Tells each time that a process of the next version writes something; none when it is this version. */
  onNextVersion?: () => void;
  onFaceSession: (faceSessionId: string) => void;
  onFaceBusy: () => void;
}

export type Product = ReturnType<typeof startProduct>;

/** The queues and subscriptions that the product takes messages from. */
export type Destination = 'liveness-results' | 'abuse-events/Subscriptions/close-open-sessions' | 'sweeps';

type MessageHandler = (bodies: readonly unknown[]) => Promise<void>;

export const startProduct = (process: SimulatedProcess, parts: ProductParts) =>
  within({ process }, () => {
    const { cloud, network, time, random, checker, log, onNextVersion } = parts;
    const { cosmos, face } = cloud;
    const identity = tokenWithinDeadline(cloud.tokens.credential());
    const rememberedIdentity = { kind: 'identity' as const, credential: rememberedTokens(identity, systemClock) };
    const wire = cloud.wireOf(process);
    const { useCases, parkMessage, recordResultMessages } = wireUseCases({
      database: connectCosmos(
        {
          endpoint: cosmos.endpoint,
          credential: rememberedIdentity,
          httpClient: cosmosThroughNetwork(
            onNextVersion === undefined ? cosmos.httpClient : nextVersionClient(cosmos.httpClient, onNextVersion),
            network,
            checker,
            parts.replicas,
          ),
        },
        DEADLINE,
      ),
      face: new FaceService({
        endpoint: face.endpoint,
        credential: rememberedIdentity,
        ...DEADLINE,
        httpClient: faceThroughNetwork(face, network, parts),
      }),
      serviceBus: senderThroughNetwork(
        connectServiceBus(
          { kind: 'identity', namespace: NAMESPACE, credential: identity },
          { webSocketOptions: { webSocket: wire.webSocket } },
        ),
        network,
        checker,
        onNextVersion && ofNextVersion,
      ),
      clock: systemClock,
      randomness: makeRandomness(random),
      wait: (milliseconds) => time.sleep(milliseconds),
      log,
      pseudonyms,
      faceCallsPerSecond: FACE_CALLS_PER_SECOND,
    });
    const recordLivenessResult = recordLivenessResultHandler(recordResultMessages);
    const closeOpenSessions = closeOpenSessionsHandler({ ...useCases, parkMessage, log });
    const runSweep = runSweepHandler({ ...useCases, parkMessage, log });
    // The handlers of messages do not use it.
    const context = new InvocationContext();
    const onMessages: Record<Destination, MessageHandler> = {
      'liveness-results': async (bodies) => {
        await recordLivenessResult(bodies, context);
      },
      'abuse-events/Subscriptions/close-open-sessions': async ([body]) => {
        await closeOpenSessions(body, context);
      },
      sweeps: async ([body]) => {
        await runSweep(body, context);
      },
    };
    return { ...useCases, onMessages };
  });
