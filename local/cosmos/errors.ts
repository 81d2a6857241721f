// The answers that refuse a request. Thrown where the reason is known, turned into a reply in one place.

const codes: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  449: 'RetryWith',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

export const errorCode = (status: number): string => codes[status] ?? 'Error';

interface Details {
  substatus?: number;
  requestCharge?: number;
  retryAfterMs?: number;
  additionalErrorInfo?: string;
}

export class CosmosError extends Error {
  override readonly name = 'CosmosError';
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export const badRequest = (message: string): CosmosError => new CosmosError(400, message);

/** What Azure can do and this server does not: said in a sentence, so that nobody looks for a bug. */
export const leftOut = (feature: string): CosmosError =>
  new CosmosError(400, `The local Cosmos DB does not implement ${feature}.`);

export const notFound = (message: string): CosmosError =>
  new CosmosError(404, `Entity with the specified id does not exist in the system. ${message}`);

export const ownerNotFound = (): CosmosError =>
  new CosmosError(404, 'Owner resource does not exist', { substatus: 1003 });

export const conflict = (message: string, requestCharge?: number): CosmosError =>
  new CosmosError(409, message, requestCharge === undefined ? {} : { requestCharge });

export const preconditionFailed = (message: string, requestCharge?: number): CosmosError =>
  new CosmosError(412, message, requestCharge === undefined ? {} : { requestCharge });

export const tooLarge = (message: string): CosmosError => new CosmosError(413, message);
