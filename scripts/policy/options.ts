// The command line of `npm run policy`.

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export type PolicyCommand =
  | { kind: 'show'; nameOrFile: string; json: boolean }
  | { kind: 'validate'; file: string }
  | ({ kind: 'publish'; file: string; customerId?: string; reason: string } & ApiOptions)
  | ({ kind: 'enforce'; customerId: string; reason: string; appVersion?: string } & EnforceOptions & ApiOptions)
  | ({ kind: 'enforce-status'; customerId: string } & ApiOptions);

type EnforceOptions = { enforced: true } | { enforced: false; forMinutes: number };

interface ApiOptions {
  url?: string;
}

export type ParsedCommand = { kind: 'command'; command: PolicyCommand } | { kind: 'mistake'; sentence: string };

export const POLICY_USAGE = `Usage:
  npm run policy -- show [default|strict|fido|FILE] [--json]
  npm run policy -- validate FILE
  npm run policy -- publish FILE [--customer ID] --reason TEXT
  npm run policy -- enforce off --customer ID [--app-version VERSION] --for 30m|2h|1d --reason TEXT
  npm run policy -- enforce on --customer ID [--app-version VERSION] --reason TEXT
  npm run policy -- enforce status --customer ID
"publish" and "enforce" call the API at --url URL, or LIVENESS_API_URL, or http://127.0.0.1:7071,
with the access token in LIVENESS_ACCESS_TOKEN.`;

export const parsePolicyCommand = (args: readonly string[]): ParsedCommand => {
  const [name, ...rest] = args;
  try {
    return { kind: 'command', command: commandOf(name, rest) };
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', sentence: error.message };
    if (isParseArgsError(error)) return { kind: 'mistake', sentence: sentenceOf(error) };
    throw error;
  }
};

class Mistake extends Error {}

type ParseArgsError = Error & { code: string };

const commandOf = (name: string | undefined, args: readonly string[]): PolicyCommand => {
  switch (name) {
    case 'show':
      return show(args);
    case 'validate':
      return validate(args);
    case 'publish':
      return publish(args);
    case 'enforce':
      return enforce(args);
    case undefined:
      throw new Mistake('What shall be done?');
    default:
      throw new Mistake(`There is no "${name}".`);
  }
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

const show = (args: readonly string[]): PolicyCommand => {
  const { positionals, values } = parse(args, { json: flag });
  return { kind: 'show', nameOrFile: onlyOne(positionals, 'policy') ?? 'default', json: values.json };
};

const validate = (args: readonly string[]): PolicyCommand => {
  const { positionals } = parse(args, {});
  return { kind: 'validate', file: needed(onlyOne(positionals, 'file'), 'a FILE') };
};

const publish = (args: readonly string[]): PolicyCommand => {
  const { positionals, values } = parse(args, { customer: text, reason: text, url: text });
  return {
    kind: 'publish',
    file: needed(onlyOne(positionals, 'file'), 'a FILE'),
    reason: needed(values.reason, '--reason'),
    ...(values.customer !== undefined && { customerId: needed(values.customer, '--customer') }),
    ...(values.url !== undefined && { url: values.url }),
  };
};

const enforce = ([what, ...args]: readonly string[]): PolicyCommand => {
  switch (what) {
    case 'off':
    case 'on': {
      const { positionals, values } = parse(args, {
        customer: text,
        'app-version': text,
        for: text,
        reason: text,
        url: text,
      });
      nothingMore(positionals);
      return {
        kind: 'enforce',
        ...(what === 'on' ? { enforced: true, ...unlimited(values.for) } : { enforced: false, ...limited(values.for) }),
        customerId: needed(values.customer, '--customer'),
        reason: needed(values.reason, '--reason'),
        ...(values['app-version'] !== undefined && { appVersion: needed(values['app-version'], '--app-version') }),
        ...(values.url !== undefined && { url: values.url }),
      };
    }
    case 'status': {
      const { positionals, values } = parse(args, { customer: text, url: text });
      nothingMore(positionals);
      const customerId = needed(values.customer, '--customer');
      return { kind: 'enforce-status', customerId, ...(values.url !== undefined && { url: values.url }) };
    }
    case undefined:
    default:
      throw new Mistake('"enforce" is followed by off, on or status.');
  }
};

const MINUTES_OF = { m: 1, h: 60, d: 1440 };

const limited = (duration: string | undefined): { forMinutes: number } => {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(needed(duration, '--for')) ?? [];
  const forMinutes = Number(count) * MINUTES_OF[unit as keyof typeof MINUTES_OF];
  if (count === undefined || forMinutes === 0) throw new Mistake(`--for is 30m, 2h or 1d, not "${duration}".`);
  return { forMinutes };
};

const unlimited = (duration: string | undefined): object => {
  if (duration !== undefined) throw new Mistake('--for goes with "enforce off" only.');
  return {};
};

const parse = <Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) =>
  parseArgs({ args: [...args], allowPositionals: true, options });

const onlyOne = ([first, ...more]: readonly string[], what: string): string | undefined => {
  if (more.length > 0) throw new Mistake(`Name one ${what}, not several.`);
  return first;
};

const nothingMore = ([first]: readonly string[]): void => {
  if (first !== undefined) throw new Mistake(`"${first}" is not expected here.`);
};

const needed = (value: string | undefined, what: string): string => {
  if (value === undefined || value.trim() === '') throw new Mistake(`${what} is missing.`);
  return value;
};

const isParseArgsError = (error: unknown): error is ParseArgsError =>
  String((error as Partial<ParseArgsError>).code).startsWith('ERR_PARSE_ARGS_');

const sentenceOf = ({ message, code }: ParseArgsError): string => {
  const [, option = ''] = /'([^']+)'/.exec(message) ?? [];
  const name = option.split(' ')[0] ?? '';
  return code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
    ? `There is no option ${name} here.`
    : `${name} is not used that way.`;
};
