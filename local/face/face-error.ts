/** An answer other than success, in the shape in which Face tells it. */
export class FaceError extends Error {
  override readonly name = 'FaceError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const sessionNotFound = (): FaceError => new FaceError(404, 'SessionNotFound', 'Session is not found.');

export const unauthorized = (message: string): FaceError => new FaceError(401, '401', message);

export const tooManyCalls = (): FaceError =>
  new FaceError(429, '429', 'Rate limit is exceeded: the resource allows no more calls in this second.');

/** What Face says with a status when nothing more is known than the status. */
export const plainFaceError = (status: number): FaceError =>
  new FaceError(status, codeByStatus[status] ?? 'Unspecified', `The service answered with ${status}.`);

const codeByStatus: Record<number, string> = {
  400: 'BadArgument',
  401: '401',
  403: 'UnsupportedFeature',
  404: 'SessionNotFound',
  409: 'ConcurrentOperationConflict',
  429: '429',
};
