// rhea's typings leave out its codec. `codec.ts` gives these their types.

declare module 'rhea/lib/frames.js' {
  const frames: unknown;
  export = frames;
}
declare module 'rhea/lib/types.js' {
  const types: unknown;
  export = types;
}
declare module 'rhea/lib/message.js' {
  const message: unknown;
  export = message;
}
declare module 'rhea/lib/terminus.js' {
  const terminus: unknown;
  export = terminus;
}
