import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, envList, envPort, parseConfig } from './parse-config.ts';

const schema = z.object({ QF_PORT: envPort.default(80), QF_LIST: envList.default([]), QF_NAME: z.string().optional() });

describe('parsing the environment', () => {
  it('takes an empty variable for an absent one', () => {
    expect(parseConfig(schema, { QF_PORT: '', QF_NAME: '', OTHER: 'x' })).toEqual({ QF_PORT: 80, QF_LIST: [] });
  });

  it('reads lists, with blanks around and between', () => {
    expect(parseConfig(schema, { QF_LIST: ' a, b,,c ' }).QF_LIST).toEqual(['a', 'b', 'c']);
  });

  it('names each variable that is wrong, in one line', () => {
    const strict = schema.extend({ QF_URL: z.url() });
    expect(() => parseConfig(strict, { QF_PORT: '70000', QF_URL: 'x' })).toThrow(ConfigError);
    expect(() => parseConfig(strict, { QF_PORT: '70000', QF_URL: 'x' })).toThrow(/^QF_PORT: .*; QF_URL: .*$/);
  });
});
