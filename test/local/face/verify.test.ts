import { createHash } from 'node:crypto';

import { playAttempt } from '../../../local/face/device.ts';
import type { Presentation } from '../../../local/face/presentation.ts';
import { makeVerifyImage } from '../../../local/face/verify-image.ts';
import {
  aFace,
  type CreatedSession,
  createVerifySession,
  type FaceUnderTest,
  type ReadSession,
  stopAll,
  verifySession,
} from './support.ts';

let test: FaceUnderTest;

beforeAll(async () => {
  test = await aFace();
});

afterAll(stopAll);

const reference = { faceRectangle: { top: 66, left: 440, width: 227, height: 304 }, qualityForRecognition: 'high' };

const resultOf = async (
  options: Parameters<typeof createVerifySession>[1],
  person: string,
  media: Presentation['media'] = 'live',
) => {
  const { sessionId, authToken } = (await createVerifySession(test.client, options)).body as CreatedSession;
  await playAttempt({ endpoint: test.face.endpoint, authToken, person, media });
  const read = await test.client.path(verifySession, sessionId).get();
  return (read.body as ReadSession).results.attempts[0]!.result!;
};

it('creates a session with a verify image and shows its face as reference', async () => {
  const created = await createVerifySession(test.client);
  const { sessionId } = created.body as CreatedSession;
  const read = await test.client.path(verifySession, sessionId).get();

  expect(created.status).toBe('200');
  expect(created.body).toMatchObject({
    status: 'NotStarted',
    modelVersion: '2024-11-15',
    results: { attempts: [], verifyReferences: [{ ...reference, referenceType: 'image' }] },
  });
  expect((read.body as ReadSession).results).toEqual({ attempts: [], verifyReferences: [reference] });
});

it('recognises the live person of the verify image', async () => {
  const { livenessDecision, verifyResult } = await resultOf({ image: makeVerifyImage('alice') }, 'alice');

  expect(livenessDecision).toBe('realface');
  expect(verifyResult!.isIdentical).toBe(true);
  expect(verifyResult!.matchConfidence).toBeGreaterThan(0.7);
});

it('tells a live person from the one of the verify image', async () => {
  const { livenessDecision, verifyResult } = await resultOf({ image: makeVerifyImage('alice') }, 'mallory');

  expect(livenessDecision).toBe('realface');
  expect(verifyResult!.isIdentical).toBe(false);
  expect(verifyResult!.matchConfidence).toBeLessThan(0.4);
});

it('recognises a face on a print too: liveness and identity are two answers', async () => {
  const { livenessDecision, verifyResult } = await resultOf({ image: makeVerifyImage('alice') }, 'alice', 'print');

  expect(livenessDecision).toBe('spoofface');
  expect(verifyResult!.isIdentical).toBe(true);
});

it('takes any other picture for a stranger', async () => {
  const photo = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(4096, 7)]);

  expect((await resultOf({ image: photo }, 'alice')).verifyResult!.isIdentical).toBe(false);
});

it('holds the confidence against the threshold that is asked for', async () => {
  const strict = await resultOf({ fields: { verifyConfidenceThreshold: '1' } }, 'alice');
  const lax = await resultOf({ fields: { verifyConfidenceThreshold: '0' } }, 'mallory');

  expect(strict.verifyResult!.isIdentical).toBe(false);
  expect(lax.verifyResult!.isIdentical).toBe(true);
});

it('returns the hash of the verify image when that is asked for', async () => {
  const image = Buffer.from([...makeVerifyImage('alice'), 13, 10, 45, 45]); // ends like the beginning of a boundary

  const asked = await resultOf({ image, fields: { returnVerifyImageHash: 'true' } }, 'alice');
  const notAsked = await resultOf({ image }, 'alice');

  expect(asked.verifyImageHash).toBe(createHash('sha256').update(image).digest('hex').toUpperCase());
  expect(notAsked).not.toHaveProperty('verifyImageHash');
});
