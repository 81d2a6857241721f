// One attempt: what is shown to the camera becomes what the service keeps and tells about it.

import { type Decisions, decide } from './decisions.ts';
import type { Draws } from './draws.ts';
import type { Presentation } from './presentation.ts';
import type { AttemptResult, FaceRectangle, ShownAttempt, StoredSession } from './session-store.ts';

const faceRectangle: FaceRectangle = { top: 669, left: 203, width: 646, height: 724 };
const noFaceRectangle: FaceRectangle = { top: 0, left: 0, width: 0, height: 0 };

export const judgeAttempt = (
  session: StoredSession,
  presentation: Presentation,
  decisions: Decisions,
  draws: Draws,
): ShownAttempt => {
  const attemptId = session.attempts.length + 1;
  const decision = decide(presentation, decisions, draws, session.number, attemptId);
  if (decision.kind === 'failed') {
    const { code } = decision;
    const message =
      code === 'FaceWithMaskDetected' ? 'Mask detected on face image.' : `The attempt ended with ${code}.`;
    const targets = { color: { faceRectangle: code === 'NoFaceDetected' ? noFaceRectangle : faceRectangle } };
    return { attemptId, attemptStatus: 'Failed', error: { code, message, targets } };
  }
  const result: AttemptResult = {
    livenessDecision: decision.livenessDecision,
    targets: { color: { faceRectangle } },
    digest: draws.hex('digest', session.number, attemptId),
  };
  // Image ids are 44 characters of URL-safe base64.
  if (session.enableSessionImage) result.sessionImageId = `A${draws.text('image', session.number, attemptId)}`;
  if (session.verify !== undefined) {
    const { imageHash, confidenceThreshold } = session.verify;
    if (imageHash !== undefined) result.verifyImageHash = imageHash;
    const nearness = draws.fraction('confidence', session.number, attemptId);
    const same = presentation.person === session.verify.person;
    const matchConfidence = same ? 0.75 + 0.24 * nearness : 0.05 + 0.3 * nearness;
    result.verifyResult = { matchConfidence, isIdentical: matchConfidence >= confidenceThreshold };
  }
  return { attemptId, attemptStatus: 'Succeeded', result };
};
