// What crosses the border between host and library: the shapes of the worker protocol, as far as they are used here.

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system';

export interface Int64 {
  low: number;
  high: number;
  unsigned: false;
}

/** Exactly one member is set. */
export interface Data {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  collectionString?: { string: string[] };
  collectionBytes?: { bytes: Uint8Array[] };
  collectionSint64?: { sint64: Int64[] };
}

export type TextMap = Record<string, { value: string }>;

export interface HttpRequestData {
  method: string;
  url: string;
  nullableHeaders: TextMap;
  nullableQuery: TextMap;
  nullableParams: TextMap;
  body?: { bytes: Uint8Array };
}

interface Boxed<T> {
  value?: T;
}

export interface HttpCookieData {
  name: string;
  value: string;
  domain?: Boxed<string> | undefined;
  path?: Boxed<string> | undefined;
  expires?: Boxed<{ seconds?: number }> | undefined;
  secure?: Boxed<boolean> | undefined;
  httpOnly?: Boxed<boolean> | undefined;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | undefined;
  maxAge?: Boxed<number> | undefined;
}

export interface HttpResponseData {
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookieData[];
  body?: Data | null | undefined;
}

export type InputData = Data & { http?: HttpRequestData };
export type OutputData = Data & { http?: HttpResponseData };

export interface TraceContext {
  traceParent: string;
  traceState: string;
  attributes: Record<string, string>;
}

export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception?: { message: string; source: string; stackTrace: string };
}

export interface RpcRequest {
  invocationId: string;
  functionId: string;
  traceContext: TraceContext;
  inputData: { name: string; data: InputData }[];
  triggerMetadata: Record<string, Data>;
  retryContext?: RetryContext;
}

export interface RpcResponse {
  invocationId: string;
  outputData?: { name: string; data: OutputData }[];
  returnValue?: OutputData | null | undefined;
}

export interface RetryOptions {
  maxRetryCount?: number;
  retryStrategy?: 'fixedDelay' | 'exponentialBackoff';
  delayInterval?: { seconds?: number } | undefined;
  minimumInterval?: { seconds?: number } | undefined;
  maximumInterval?: { seconds?: number } | undefined;
}

export type Binding = Record<string, unknown> & { type: string; direction?: string };

export interface FunctionMetadata {
  functionId?: string;
  name: string;
  bindings: Record<string, Binding>;
  retryOptions?: RetryOptions | undefined;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

/** The object that a hook gets; which members it has depends on the hook. */
export type HookContext = Record<string, unknown>;
export type HookCallback = (context: HookContext) => unknown;

export interface CoreInvocationContext {
  invocationId: string;
  request: RpcRequest;
  metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<RpcResponse>;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}
