// Route templates of HTTP triggers. A route with a literal segment goes before one with a constrained parameter, that
// before a free parameter, that before a catch-all, segment by segment.

import { constraintFor } from './route-constraints.ts';
import type { Constraint } from './route-constraints.ts';

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean; constraints: Constraint[] }
  | { kind: 'rest'; name: string };

export interface Route {
  /** With the prefix, for people. */
  template: string;
  segments: Segment[];
}

export const parseRoute = (prefix: string, template: string): Route => {
  const path = [prefix, template]
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return { template: `/${path}`, segments: path === '' ? [] : path.split('/').map(parseSegment) };
};

const parseSegment = (segment: string, index: number, all: string[]): Segment => {
  if (!segment.includes('{')) return { kind: 'literal', text: segment.toLowerCase() };
  const match = /^\{(\*{0,2})(\w+)((?::[^:(]+(?:\(.*?\)(?=[:?}]))?)*)(\??)\}$/.exec(segment);
  if (match === null) throw new Error(`the route segment "${segment}" is not understood`);
  const [, star, name, constraintTexts, optional] = match as unknown as [string, string, string, string, string];
  if (star !== '') {
    if (index !== all.length - 1) throw new Error(`the catch-all "${segment}" is not the last segment of the route`);
    return { kind: 'rest', name };
  }
  const constraints = [...constraintTexts.matchAll(/:([^:(?]+)(?:\((.*?)\)(?=:|$))?/g)].map(([, kind, argument]) =>
    constraintFor(kind!, argument),
  );
  return { kind: 'parameter', name, optional: optional === '?', constraints };
};

const rank = (segment: Segment | undefined): number => {
  if (segment === undefined) return 0; // a shorter route first: what it matches is exact
  if (segment.kind === 'literal') return 1;
  if (segment.kind === 'rest') return 4;
  return segment.constraints.length > 0 ? 2 : 3;
};

/** For sorting: the more exact route first. */
export const compareRoutes = (a: Route, b: Route): number => {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The values of the route's parameters, or undefined when the path does not match. */
export const matchRoute = (route: Route, rawPath: string): Record<string, string> | undefined => {
  const parts = rawPath.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeSegment);
  if (parts.length === 1 && parts[0] === '') parts.pop();
  const values: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'rest') {
      const rest = parts.slice(index).join('/');
      if (rest !== '') values[segment.name] = rest;
      return values;
    }
    if (part === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return undefined;
    }
    if (segment.kind === 'literal') {
      if (part.toLowerCase() !== segment.text) return undefined;
    } else {
      if (part === '' || !segment.constraints.every((allows) => allows(part))) return undefined;
      values[segment.name] = part;
    }
  }
  return parts.length > route.segments.length ? undefined : values;
};

// An encoded slash stays encoded, as in the platform's server; what is no valid encoding stays as it is.
const decodeSegment = (segment: string): string =>
  segment
    .split(/(%2f)/i)
    .map((part, index) => (index % 2 === 1 ? part : decode(part)))
    .join('');

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
