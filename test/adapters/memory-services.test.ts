import { MemoryFace } from '../../shared/adapters/memory/memory-face.ts';
import {
  MemoryEventPublisher,
  MemoryResults,
  MemorySweepNudges,
} from '../../shared/adapters/memory/memory-messages.ts';
import { eventPublisherContract } from '../contract/event-publisher.contract.ts';
import { faceSessionsContract } from '../contract/face-sessions.contract.ts';
import { livenessResultsContract } from '../contract/liveness-results.contract.ts';
import { sweepNudgesContract } from '../contract/sweep-nudges.contract.ts';

describe('MemoryResults', () => {
  livenessResultsContract(() => {
    const results = new MemoryResults();
    return { results, take: () => Promise.resolve(results.take()) };
  });
});

describe('MemoryEventPublisher', () => {
  eventPublisherContract(() => {
    const publisher = new MemoryEventPublisher();
    return { publisher, take: () => Promise.resolve(publisher.published.splice(0).map(({ eventId }) => eventId)) };
  });
});

describe('MemorySweepNudges', () => {
  sweepNudgesContract(() => {
    const nudges = new MemorySweepNudges();
    return Promise.resolve({ nudges, take: () => Promise.resolve(nudges.nudged.splice(0)) });
  });
});

describe('MemoryFace', () => {
  const refusals = {
    busy: { kind: 'busy', retryAfterSeconds: 4 },
    'bad-image': { kind: 'bad-image', code: 'InvalidImage' },
    unsupported: { kind: 'unsupported' },
  } as const;

  faceSessionsContract(() => {
    const face = new MemoryFace();
    return {
      face,
      refuseNext: (how) => face.refuseNext(refusals[how]),
      play: ({ faceSessionId }, end) => {
        face.play(
          faceSessionId,
          end === 'error'
            ? { status: 'Failed', errorCode: 'FaceWithMaskDetected' }
            : { status: 'Succeeded', livenessDecision: end },
        );
        return Promise.resolve();
      },
      count: () => face.created.length,
      verifyImage: new Uint8Array(1024),
    };
  });
});
