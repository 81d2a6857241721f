// LIKE: `%` any text, `_` one character, `[a-z]` and `[^a-z]` one of a set; an escape character takes the magic away.

const known = new Map<string, RegExp>();

export const likePattern = (like: string, escape: string): RegExp => {
  const key = `${escape}\u0000${like}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const pattern = new RegExp(`^${translate(like, escape)}$`, 'su');
  if (known.size < 1000) known.set(key, pattern);
  return pattern;
};

const translate = (like: string, escape: string): string => {
  const characters = Array.from(like);
  let result = '';
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === escape && i + 1 < characters.length) result += literal(characters[++i]!);
    else if (character === '%') result += '.*';
    else if (character === '_') result += '.';
    else if (character === '[' && characters.includes(']', i + 1)) {
      const end = characters.indexOf(']', i + 1);
      result += characterSet(characters.slice(i + 1, end).join(''));
      i = end;
    } else result += literal(character);
  }
  return result;
};

const characterSet = (inner: string): string => {
  const negated = inner.startsWith('^');
  const members = (negated ? inner.slice(1) : inner).replace(/[\\[\]^]/g, '\\$&');
  return `[${negated ? '^' : ''}${members}]`;
};

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
