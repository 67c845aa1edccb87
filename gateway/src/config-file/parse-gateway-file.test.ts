import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseGatewayFile } from './parse-gateway-file.ts';

const faultsOf = (text: string) => {
  try {
    parseGatewayFile('gateway.yaml', text);
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
};

describe('a gateway file', () => {
  it('may be empty', () => {
    expect(parseGatewayFile('gateway.yaml', '')).toEqual({});
    expect(parseGatewayFile('gateway.yaml', '# only words\n')).toEqual({});
  });

  it('may be as the guide shows it', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const example = /```yaml\n(# gateway\.yaml\n.*?)```/s.exec(guide)?.[1] ?? '';
    expect(Object.keys(parseGatewayFile('gateway.yaml', example)).sort()).toEqual([
      'bulkheads',
      'limits',
      'ownRoutes',
      'routes',
      'upstreams',
    ]);
  });

  it('holds instances by their origins', () => {
    const { upstreams } = parseGatewayFile('gateway.yaml', 'upstreams:\n  cache: [http://CACHE-1:7003/]\n');
    expect(upstreams).toEqual({ cache: ['http://cache-1:7003'] });
  });

  it.each([
    [
      'upstreams:\n  cache:\n    - http://a:1\n    - a:2\n',
      'gateway.yaml:4: upstreams.cache.1: expected http://host:port',
    ],
    ['upstreams:\n  cache: []\n', 'gateway.yaml:2: upstreams.cache: expected at least one instance'],
    ['upstreams:\n  cache: [http://a:1, http://a:1]\n', 'gateway.yaml:2: upstreams.cache: expected each instance once'],
    [
      'upstreams:\n  cache: [http://a:1/path]\n',
      'gateway.yaml:2: upstreams.cache.0: expected http://host:port and nothing more',
    ],
    ['\n\nroute: {}\n', 'gateway.yaml:3: route: is not known here'],
    ['routes:\n  login:\n    cots: 1\n', 'gateway.yaml:3: routes.login.cots: is not known here'],
    ['routes:\n  login:\n    retries: 9\n', 'gateway.yaml:3: routes.login.retries: Too big: expected number to be <=3'],
    [
      'ownRoutes:\n  - id: x\n    path: /admin/x\n    upstream: cache\n',
      'gateway.yaml:3: ownRoutes.0.path: is served by the gateway itself',
    ],
    [
      'ownRoutes:\n  - id: login\n    path: /x\n    upstream: cache\n',
      "gateway.yaml:2: ownRoutes.0.id: 'login' is taken",
    ],
    ['routes: *missing\n', 'gateway.yaml: '],
    ['routes: {a: 1\n', 'gateway.yaml:2: '],
    ['routes: {}\nroutes: {}\n', 'gateway.yaml:2: Map keys must be unique'],
  ])('tells the line of what is wrong in %j', (text, fault) => {
    expect(faultsOf(text)).toHaveLength(1);
    expect(faultsOf(text)[0]).toContain(fault);
  });

  it('tells of every fault at once', () => {
    expect(faultsOf('routes:\n  login: { cost: x }\nupstreams: 5\n')).toHaveLength(2);
  });

  it('is no bomb', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const name = String.fromCharCode(98 + level);
      const before = `*${String.fromCharCode(97 + level)}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => before).join(',')}]`;
    });
    expect(faultsOf(['a: &a [x]', ...levels].join('\n'))[0]).toContain('alias');
  });
});
