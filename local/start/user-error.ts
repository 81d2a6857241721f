/** Something that whoever started the command can put right; the message says how. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
