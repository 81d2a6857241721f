import type { FaceSessions, NewFaceSession } from '../../shared/application/ports.ts';
import type { SessionKind } from '../../shared/application/records.ts';
import { aCorrelationId } from '../support/builders.ts';

export interface FaceWorld {
  face: FaceSessions;
  /** The next creation is refused in this way. */
  refuseNext: (how: 'busy' | 'bad-image' | 'unsupported') => void;
  /** One try on the device that has the session's token, which ends so. */
  play: (
    created: { faceSessionId: string; authToken: string },
    end: 'spoofface' | 'uncertain' | 'error',
  ) => Promise<void>;
  /** How many sessions there are. */
  count: () => number;
  verifyImage: Uint8Array;
}

export const faceSessionsContract = (make: () => FaceWorld): void => {
  const request = (kind: SessionKind, verifyImage: Uint8Array): NewFaceSession => ({
    kind,
    correlationId: aCorrelationId(),
    operationMode: 'PassiveActive',
    tokenTtlSeconds: 600,
    ...(kind === 'liveness-with-verify' && { verifyImage }),
  });

  const created = async ({ face, verifyImage }: FaceWorld, kind: SessionKind = 'liveness') => {
    const creation = await face.create(request(kind, verifyImage));
    if (creation.kind !== 'created') throw new Error(`not created: ${creation.kind}`);
    return creation;
  };

  describe.each(['liveness', 'liveness-with-verify'] as const)('a %s session', (kind) => {
    it('is created with a token, and has no attempts at first', async () => {
      const world = make();
      const session = await created(world, kind);

      expect(session.authToken).not.toBe('');
      expect(await world.face.read(kind, session.faceSessionId)).toEqual({ status: 'NotStarted', attempts: [] });
    });

    it('shows what its attempts came to, the first one first', async () => {
      const world = make();
      const session = await created(world, kind);

      await world.play(session, 'error');
      await world.play(session, 'uncertain');
      await world.play(session, 'spoofface');

      const read = await world.face.read(kind, session.faceSessionId);
      expect(read?.status).toBe('Succeeded');
      expect(read?.attempts).toMatchObject([
        { attemptId: 1, status: 'Failed', errorCode: 'FaceWithMaskDetected' },
        { attemptId: 2, status: 'Succeeded', livenessDecision: 'uncertain' },
        { attemptId: 3, status: 'Succeeded', livenessDecision: 'spoofface' },
      ]);
      expect(read?.attempts[0]).not.toHaveProperty('livenessDecision');
      expect(read?.attempts[1]).not.toHaveProperty('errorCode');
    });

    it('is gone after it was deleted; deleting it again is no error', async () => {
      const world = make();
      const { faceSessionId } = await created(world, kind);

      await world.face.delete(kind, faceSessionId);
      await world.face.delete(kind, faceSessionId);

      expect(await world.face.read(kind, faceSessionId)).toBeUndefined();
    });

    it('is not made while Face is busy, nor repeated', async () => {
      const world = make();
      const before = world.count();
      world.refuseNext('busy');

      expect(await world.face.create(request(kind, world.verifyImage))).toEqual({ kind: 'busy', retryAfterSeconds: 4 });

      expect(world.count()).toBe(before);
    });
  });

  it('is not known under the other kind', async () => {
    const world = make();
    const { faceSessionId } = await created(world, 'liveness');

    expect(await world.face.read('liveness-with-verify', faceSessionId)).toBeUndefined();
  });

  it('is unknown when nobody created it', async () => {
    const { face } = make();

    expect(await face.read('liveness', '00000000-0000-4000-8000-000000000000')).toBeUndefined();
    await expect(face.delete('liveness', '00000000-0000-4000-8000-000000000000')).resolves.toBeUndefined();
  });

  it('is not made from an image without a face', async () => {
    const world = make();
    world.refuseNext('bad-image');

    const creation = await world.face.create(request('liveness-with-verify', world.verifyImage));

    expect(creation).toEqual({ kind: 'bad-image', code: 'InvalidImage' });
  });

  it('is not made by a resource without approval', async () => {
    const world = make();
    world.refuseNext('unsupported');

    expect(await world.face.create(request('liveness', world.verifyImage))).toEqual({ kind: 'unsupported' });
  });
};
