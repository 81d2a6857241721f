// A call and its answer, free of any transport: the HTTP listener and the in-process client both speak this.

export interface FaceRequest {
  method: string;
  /** Without the query string. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface FaceAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Either an answer, or the connection is cut, or nothing ever comes. */
export type Outcome = FaceAnswer | 'reset' | 'hang';
