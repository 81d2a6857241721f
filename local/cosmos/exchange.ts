// A request and its answer, free of any transport: the HTTP server and the in-process client both speak this.

export interface CosmosRequest {
  method: string;
  /** Path as sent, percent-encoded, without the query string. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Scheme and host that the client used, such as `http://127.0.0.1:8081`. */
  origin: string;
}

export interface CosmosAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Either an answer, or the connection is cut, or nothing ever comes. */
export type Outcome = CosmosAnswer | 'reset' | 'hang';

export const isTrue = (header: string | undefined): boolean => header?.toLowerCase() === 'true';
