// What no refusal may tell: how the app is built, where its services are, what it keeps, and what was sent.

export type Secret = readonly [what: string, secret: string];

const inside: [what: string, pattern: RegExp][] = [
  ['a stack frame', /\\n *at |\(\S+:\d+:\d+\)|node:internal/],
  ['a file', /node_modules|\.(cjs|mjs|ts|js)\b|file:\/\//],
  [
    'the name of an exception',
    /\b(Type|Range|Syntax|Reference|Eval|URI|Aggregate|Zod|Rest|Abort)Error\b|ErrorResponse/,
  ],
  ['what it is made of', /zod|undici|cosmos|service ?bus|amqp|sqlite|JSON\.parse|Unexpected (token|end)|ECONN/i],
  ['an endpoint', /127\.0\.0\.1|localhost|https?:\/\//],
  ['a token', /eyJ[\w-]+\.|Bearer /],
  ['an internal value', /\[object \w+\]|\bundefined\b|\bNaN\b/],
];

/** `secrets`: texts that must not be in it, by what they are. */
export const leaksIn = (text: string, secrets: readonly Secret[]): string[] => [
  ...inside.flatMap(([what, pattern]) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`tells ${what}: ${found[0].slice(0, 80)}`];
  }),
  ...secretsIn(text, secrets),
];

export const secretsIn = (text: string, secrets: readonly Secret[]): string[] =>
  secrets.filter(([, secret]) => text.includes(secret)).map(([what]) => `tells ${what}`);
