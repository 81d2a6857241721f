// SQL text to tokens. Every token knows where it stands, so that a plan can quote the query it rewrites.

import { badRequest } from '../errors.ts';

export interface Token {
  kind: 'name' | 'number' | 'text' | 'parameter' | 'placeholder' | 'symbol' | 'end';
  /** The name, the symbol, or the text without its quotes and escapes. */
  text: string;
  start: number;
  end: number;
}

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*)`,
    String.raw`(?<number>0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<name>[A-Za-z_$][A-Za-z0-9_$]*)`,
    String.raw`(?<parameter>@[A-Za-z0-9_]+)`,
    String.raw`(?<placeholder>\{documentdb-formattableorderbyquery-filter\})`,
    String.raw`(?<text>'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")`,
    String.raw`(?<symbol>>>>|<<|>>|<=|>=|<>|!=|\?\?|\|\||[-+*/%&|^~<>=?:.,()[\]{}])`,
  ].join('|'),
  'y',
);

const kinds = ['number', 'name', 'parameter', 'placeholder', 'text', 'symbol'] as const;

export const tokenize = (sql: string): Token[] => {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < sql.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(sql)?.groups;
    if (groups === undefined) throw syntaxError(sql, start);
    const kind = kinds.find((name) => groups[name] !== undefined);
    if (kind === undefined) continue;
    const text = groups[kind]!;
    tokens.push({ kind, text: kind === 'text' ? unescape(text) : text, start, end: pattern.lastIndex });
  }
  tokens.push({ kind: 'end', text: '', start: sql.length, end: sql.length });
  return tokens;
};

export const syntaxError = (sql: string, at: number): Error => {
  const near = sql.slice(at, at + 20);
  return badRequest(`Syntax error, incorrect syntax near ${near === '' ? 'the end of the query' : `'${near}'`}.`);
};

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

const unescape = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(u([0-9a-fA-F]{4})|[^])/g, (_, escape: string, code: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return escapes[escape] ?? escape;
  });
