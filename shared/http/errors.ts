import type { FieldError, ProblemCode } from './problem.ts';

/** The sender's mistake, with the fields it is in. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[], code: ProblemCode = 'invalid-request') {
    super('the request is not valid');
    this.errors = errors;
    this.code = code;
  }
}

/** Who is calling is unknown, or may not do this. */
export class Denied extends Error {
  override readonly name = 'Denied';
  readonly code: 'unauthenticated' | 'forbidden' | 'not-onboarded';

  constructor(code: Denied['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
