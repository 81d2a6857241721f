import { ErrorResponse } from '@azure/cosmos';

export const HTTP = { conflict: 409, preconditionFailed: 412 } as const;

/** False when the call was answered with that status. */
export const unless = async (status: number, call: () => Promise<unknown>): Promise<boolean> => {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof ErrorResponse && error.code === status) return false;
    throw error;
  }
};
