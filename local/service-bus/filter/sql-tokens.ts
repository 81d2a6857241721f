export type Token =
  | { kind: 'word'; text: string; at: number }
  | { kind: 'name'; text: string; at: number }
  | { kind: 'string'; text: string; at: number }
  | { kind: 'number'; value: number; at: number }
  | { kind: 'symbol'; text: string; at: number }
  | { kind: 'end'; at: number };

export class SqlError extends Error {}

const pattern =
  /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_@#][\p{L}\p{N}_$@#]*)|'(?<string>(?:[^']|'')*)'|\[(?<bracketed>(?:[^\]]|\]\])+)\]|"(?<quoted>(?:[^"]|"")+)"|(?<symbol><>|!=|<=|>=|[=<>()+\-*/%.,])/uy;

export const tokensOf = (expression: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(expression)?.groups;
    if (groups === undefined) throw new SqlError(`unexpected ${expression.charAt(at)} at position ${at}`);
    const token = tokenOf(groups, at);
    if (token !== undefined) tokens.push(token);
    at = pattern.lastIndex;
  }
  return [...tokens, { kind: 'end', at }];
};

const tokenOf = (groups: Record<string, string | undefined>, at: number): Token | undefined => {
  const { number, word, string, bracketed, quoted, symbol } = groups;
  if (number !== undefined) return { kind: 'number', value: Number(number), at };
  if (word !== undefined) return { kind: 'word', text: word, at };
  if (string !== undefined) return { kind: 'string', text: string.replaceAll("''", "'"), at };
  if (bracketed !== undefined) return { kind: 'name', text: bracketed.replaceAll(']]', ']'), at };
  if (quoted !== undefined) return { kind: 'name', text: quoted.replaceAll('""', '"'), at };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at };
  return undefined;
};
