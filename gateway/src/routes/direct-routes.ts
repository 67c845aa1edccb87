import type { Route } from './route.ts';
import type { Serve } from './serve-route.ts';

/** Segments of a path by which its routes are looked up. */
const BEGINNING_SEGMENTS = 3;

/** A path of the table, ready to be compared. */
interface Pattern {
  /** The text of a segment, or undefined where it is a parameter. */
  fixed: readonly (string | undefined)[];
  names: readonly string[];
  /** Absent where all below belongs to the route, which express has to match. */
  serve: Serve | undefined;
}

/** Where a request goes, and the parameters in its path. */
export interface DirectHit {
  serve: Serve;
  params: Record<string, string>;
}

/** Finds the route of a GET by its target; undefined where only express can tell. */
export type FindDirect = (target: string) => DirectHit | undefined;

/**
 * Finds the routes of reads without express. It must give what express would: the first in the table that fits, among
 * those with the same beginning. What is encoded, ends in a slash or may belong to a route with a wildcard is left to it.
 */
export function createFindDirect(routes: readonly Route[], serveOf: (route: Route) => Serve): FindDirect {
  const reads = routes.filter(({ method }) => method === 'get');
  const groups = new Map<string, Pattern[]>();
  for (const route of reads) {
    const beginning = beginningOf(route.path);
    if (beginning === undefined) continue;
    const group = groups.get(beginning) ?? [];
    group.push(patternOf(route, serveOf));
    groups.set(beginning, group);
  }
  return (target) => {
    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    if (path.includes('%') || target.includes('#')) return undefined;
    const segments = path.split('/');
    const group = groups.get(segments.slice(0, BEGINNING_SEGMENTS + 1).join('/'));
    return group && findIn(group, segments);
  };
}

/** The first segments of a path, `/api/v1/stocks`; undefined where one of them is not fixed. */
export function beginningOf(path: string): string | undefined {
  const beginning = path
    .split('/', BEGINNING_SEGMENTS + 1)
    .join('/')
    .replace(/\/$/, '');
  return /[{*]/.test(beginning) ? undefined : beginning;
}

function patternOf(route: Route, serveOf: (route: Route) => Serve): Pattern {
  const segments = route.path.split('/');
  const isWild = segments.at(-1) === '**';
  const fits = isWild ? segments.slice(0, -1) : segments;
  return {
    fixed: fits.map((segment) => (segment.startsWith('{') ? undefined : segment)),
    names: fits.map((segment) => segment.slice(1, -1)),
    serve: isWild ? undefined : serveOf(route),
  };
}

function findIn(group: readonly Pattern[], segments: readonly string[]): DirectHit | undefined {
  for (const { fixed, names, serve } of group) {
    if (!serve) {
      if (fits(fixed, segments)) return undefined;
      continue;
    }
    if (fixed.length !== segments.length || !fits(fixed, segments)) continue;
    const params: Record<string, string> = Object.create(null);
    for (let at = 0; at < fixed.length; at++)
      if (fixed[at] === undefined) params[names[at] as string] = segments[at] as string;
    return { serve, params };
  }
  return undefined;
}

/** Whether a path begins so; a parameter has one character at least. */
function fits(fixed: readonly (string | undefined)[], segments: readonly string[]): boolean {
  for (let at = 0; at < fixed.length; at++) {
    const text = fixed[at];
    const segment = segments[at];
    if (text === undefined ? !segment : segment !== text) return false;
  }
  return true;
}
