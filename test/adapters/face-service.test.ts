import { playAttempt } from '../../local/face/device.ts';
import { noiselessDecisions } from '../../local/face/decisions.ts';
import { type LocalFace, startFace } from '../../local/face/start-face.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { FaceService } from '../../shared/adapters/face/face-service.ts';
import type { NewFaceSession } from '../../shared/application/ports.ts';
import { faceSessionsContract } from '../contract/face-sessions.contract.ts';
import { aCorrelationId } from '../support/builders.ts';

describe('FaceService', () => {
  let service: LocalFace;
  let withoutApproval: LocalFace;
  beforeAll(async () => {
    const options = { seed: 1, decisions: noiselessDecisions, rateLimitPerSecond: 0 };
    [service, withoutApproval] = await Promise.all([
      startFace(options),
      startFace({ ...options, unsupportedFeature: true }),
    ]);
  });
  afterEach(() => service.faults.clear());
  afterAll(() => Promise.all([service.stop(), withoutApproval.stop()]));

  const connect = ({ endpoint, key }: LocalFace = service, deadlineMs = 3000) =>
    new FaceService({ endpoint, credential: { kind: 'key', key: { key } }, deadlineMs });

  faceSessionsContract(() => {
    let face = connect();
    let verifyImage = makeVerifyImage('alice');
    return {
      get face() {
        return face;
      },
      get verifyImage() {
        return verifyImage;
      },
      refuseNext: (how) => {
        if (how === 'busy') {
          service.faults.add({ operation: 'create', status: 429, retryAfterSeconds: 4, times: 1 });
        } else if (how === 'bad-image') {
          verifyImage = makeVerifyImage('nobody');
        } else {
          face = connect(withoutApproval);
        }
      },
      play: async ({ authToken }, end) => {
        const { endpoint } = service;
        const shown = end === 'error' ? ({ error: 'FaceWithMaskDetected' } as const) : { outcome: outcomes[end] };
        const played = await playAttempt({ endpoint, authToken, person: 'alice', media: 'live', ...shown });
        expect(played.kind).toBe('played');
      },
      count: () => service.inspect().list.length,
    };
  });

  const outcomes = { spoofface: 'spoof', uncertain: 'uncertain' } as const;

  const request = (what: Partial<NewFaceSession> = {}): NewFaceSession => ({
    kind: 'liveness',
    correlationId: aCorrelationId(),
    operationMode: 'Passive',
    tokenTtlSeconds: 300,
    ...what,
  });

  it('hands on the correlation id, and how long the token lives', async () => {
    const asked = request();
    const creation = await connect().create(asked);

    const session = service.inspect().list.at(-1)!;
    expect(creation).toMatchObject({ kind: 'created', faceSessionId: session.sessionId });
    expect(session.deviceCorrelationId).toBe(asked.correlationId);
    const lifetimeMs = session.tokenExpiresAt.getTime() - session.createdAt.getTime();
    expect(lifetimeMs).toBe(300_000);
  });

  it.each([
    ['the person of the verify image', 'alice', true],
    ['another person', 'bob', false],
  ])('tells whether a live face is that of %s', async (_who, person, isIdentical) => {
    const asked = request({ kind: 'liveness-with-verify', verifyImage: makeVerifyImage('alice') });
    const created = await connect().create(asked);
    if (created.kind !== 'created') throw new Error('not created');
    await playAttempt({ endpoint: service.endpoint, authToken: created.authToken, person, media: 'live' });

    const read = await connect().read('liveness-with-verify', created.faceSessionId);

    expect(read?.attempts).toMatchObject([{ livenessDecision: 'realface', verify: { isIdentical } }]);
    expect(read?.attempts[0]?.digest).toMatch(/^[0-9A-F]{64}$/);
  });

  it('waits a second when Face is busy without saying for how long', async () => {
    service.faults.add({ operation: 'create', status: 429, times: 1 });

    expect(await connect().create(request())).toEqual({ kind: 'busy', retryAfterSeconds: 1 });
  });

  const unavailable = expect.objectContaining({ name: 'Unavailable' }) as Error;

  describe.each([
    ['create', () => connect().create(request())],
    ['get', () => connect().read('liveness', 'some-session')],
    ['delete', () => connect().delete('liveness', 'some-session')],
  ] as const)('%s', (operation, call) => {
    it.each([
      ['answers 500', { status: 500 }],
      ['answers 503', { status: 503 }],
      ['answers 401', { status: 401 }],
      ['cuts the connection before', { drop: 'before' }],
      ['cuts the connection after', { drop: 'after' }],
    ] as const)('is unavailable when Face %s, and is not repeated by itself', async (_what, rule) => {
      service.faults.add({ operation, ...rule, times: 1 });

      await expect(call()).rejects.toEqual(unavailable);
    });
  });

  it('is unavailable when Face is too busy for reading and deleting', async () => {
    service.faults.add({ status: 429 });

    await expect(connect().read('liveness', 'some-session')).rejects.toEqual(unavailable);
    await expect(connect().delete('liveness', 'some-session')).rejects.toEqual(unavailable);
  });

  it('is unavailable when no answer comes within its deadline', async () => {
    service.faults.add({ hang: true });
    const impatient = connect(service, 50);

    await expect(impatient.create(request())).rejects.toEqual(unavailable);
    await expect(impatient.read('liveness', 'some-session')).rejects.toEqual(unavailable);
    await expect(impatient.delete('liveness', 'some-session')).rejects.toEqual(unavailable);
  });

  it('may have made a session when only the answer was lost', async () => {
    const before = service.inspect().list.length;
    service.faults.add({ operation: 'create', drop: 'after', times: 1 });

    await expect(connect().create(request())).rejects.toEqual(unavailable);

    expect(service.inspect().list).toHaveLength(before + 1);
  });

  it('calls a request that Face can never take our mistake, and not an outage', async () => {
    await expect(connect().create(request({ tokenTtlSeconds: 1 }))).rejects.not.toEqual(unavailable);
  });
});
