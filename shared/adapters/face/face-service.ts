import createFaceClient, { type FaceClient, type FaceClientOptions } from '@azure-rest/ai-vision-face';
import type { KeyCredential, TokenCredential } from '@azure/core-auth';
import * as z from 'zod';
import { Unavailable } from '../../application/errors.ts';
import type { FaceAttempt, FaceCreation, FaceSession, FaceSessions, NewFaceSession } from '../../application/ports.ts';
import type { SessionKind } from '../../application/records.ts';
import { tokenPerCall } from '../token-per-call.ts';

export interface FaceSettings {
  endpoint: string;
  credential: { kind: 'key'; key: KeyCredential } | { kind: 'identity'; credential: TokenCredential };
  deadlineMs: number;
  /** Another transport than the SDK's own. */
  httpClient?: NonNullable<FaceClientOptions['httpClient']>;
}

/** Without a Retry-After the service gives no hint: its limits are counted by the second. */
const BUSY_RETRY_AFTER_SECONDS = 1;

/** What Face refuses because of the image that the caller gave. */
const IMAGE_ERRORS = ['InvalidImage', 'InvalidImageSize'];

// Enums are open: the service says things that no document lists.
const created = z.object({ sessionId: z.string().min(1), authToken: z.string().min(1) });

const attempt = z.object({
  attemptId: z.number(),
  attemptStatus: z.string(),
  result: z
    .object({
      livenessDecision: z.string().optional(),
      digest: z.string().optional(),
      verifyResult: z.object({ isIdentical: z.boolean(), matchConfidence: z.number() }).optional(),
    })
    .optional(),
  error: z.object({ code: z.string() }).optional(),
});

const session = z.object({
  status: z.string(),
  results: z.object({ attempts: z.array(attempt).default([]) }),
});

const failure = z.object({ error: z.object({ code: z.string() }) });

interface FaceResponse {
  status: string;
  headers: Record<string, string | undefined>;
  body: unknown;
}

export class FaceService implements FaceSessions {
  readonly #client: FaceClient;
  readonly #deadlineMs: number;

  constructor({ endpoint, credential, deadlineMs, httpClient }: FaceSettings) {
    this.#deadlineMs = deadlineMs;
    this.#client = createFaceClient(
      endpoint,
      credential.kind === 'key' ? credential.key : tokenPerCall(credential.credential),
      // A repeated create could make a second session, so nothing is repeated here: callers know when it is safe.
      {
        allowInsecureConnection: true,
        retryOptions: { maxRetries: 0 },
        ...(httpClient !== undefined && { httpClient }),
      },
    );
  }

  async create(request: NewFaceSession): Promise<FaceCreation> {
    const { correlationId, operationMode, tokenTtlSeconds } = request;
    const response = await this.#answer('a liveness session was not created', (abortSignal) =>
      request.kind === 'liveness'
        ? this.#client.path('/detectLiveness-sessions').post({
            abortSignal,
            body: {
              livenessOperationMode: operationMode,
              deviceCorrelationId: correlationId,
              authTokenTimeToLiveInSeconds: tokenTtlSeconds,
            },
          })
        : this.#client.path('/detectLivenessWithVerify-sessions').post({
            abortSignal,
            contentType: 'multipart/form-data',
            body: [
              { name: 'livenessOperationMode', body: operationMode },
              { name: 'deviceCorrelationId', body: correlationId },
              { name: 'authTokenTimeToLiveInSeconds', body: tokenTtlSeconds },
              { name: 'verifyImage', body: request.verifyImage ?? new Uint8Array(), filename: 'verify-image' },
            ],
          }),
    );

    const code = codeOf(response);
    switch (response.status) {
      case '200': {
        const { sessionId, authToken } = parsed(created, response);
        return { kind: 'created', faceSessionId: sessionId, authToken };
      }
      case '429':
        return {
          kind: 'busy',
          retryAfterSeconds: Number(response.headers['retry-after'] ?? NaN) || BUSY_RETRY_AFTER_SECONDS,
        };
      case '400':
        if (code !== undefined && IMAGE_ERRORS.includes(code)) return { kind: 'bad-image', code };
        throw new Error(`Face refused our request: ${code ?? 'no code'}`);
      case '403':
        if (code === 'UnsupportedFeature') return { kind: 'unsupported' };
        throw refusedBy(response, 'a liveness session was not created');
      default:
        throw refusedBy(response, 'a liveness session was not created');
    }
  }

  async read(kind: SessionKind, faceSessionId: string): Promise<FaceSession | undefined> {
    const response = await this.#answer('a liveness session could not be read', (abortSignal) =>
      kind === 'liveness'
        ? this.#client.path('/detectLiveness-sessions/{sessionId}', faceSessionId).get({ abortSignal })
        : this.#client.path('/detectLivenessWithVerify-sessions/{sessionId}', faceSessionId).get({ abortSignal }),
    );
    if (response.status === '404') return undefined;
    if (response.status !== '200') throw refusedBy(response, 'a liveness session could not be read');
    const { status, results } = parsed(session, response);
    // The service lists the newest first in its examples and last in its tutorial: only the number tells.
    return { status, attempts: results.attempts.map(attemptOf).sort((a, b) => a.attemptId - b.attemptId) };
  }

  async delete(kind: SessionKind, faceSessionId: string): Promise<void> {
    const response = await this.#answer('a liveness session was not deleted', (abortSignal) =>
      kind === 'liveness'
        ? this.#client.path('/detectLiveness-sessions/{sessionId}', faceSessionId).delete({ abortSignal })
        : this.#client.path('/detectLivenessWithVerify-sessions/{sessionId}', faceSessionId).delete({ abortSignal }),
    );
    if (response.status !== '204' && response.status !== '404') {
      throw refusedBy(response, 'a liveness session was not deleted');
    }
  }

  async #answer(what: string, call: (abortSignal: AbortSignal) => PromiseLike<FaceResponse>): Promise<FaceResponse> {
    try {
      return await call(AbortSignal.timeout(this.#deadlineMs));
    } catch (error) {
      throw new Unavailable(what, { cause: error });
    }
  }
}

const attemptOf = ({ attemptId, attemptStatus, result, error }: z.infer<typeof attempt>): FaceAttempt => ({
  attemptId,
  status: attemptStatus,
  ...(result?.livenessDecision !== undefined && { livenessDecision: result.livenessDecision }),
  ...(result?.digest !== undefined && { digest: result.digest }),
  ...(result?.verifyResult !== undefined && { verify: result.verifyResult }),
  ...(error !== undefined && { errorCode: error.code }),
});

const parsed = <T>(schema: z.ZodType<T>, response: FaceResponse): T => {
  const answer = schema.safeParse(response.body);
  if (!answer.success) throw new Unavailable('Face answered in a shape that we do not know', { cause: answer.error });
  return answer.data;
};

const codeOf = ({ body }: FaceResponse): string | undefined => failure.safeParse(body).data?.error.code;

/** The body may repeat what was asked, so only its code is kept. */
const refusedBy = (response: FaceResponse, what: string): Unavailable =>
  new Unavailable(what, { cause: new Error(`Face answered ${response.status} ${codeOf(response) ?? ''}`) });
