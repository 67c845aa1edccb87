import { describe, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import type { Request } from 'express';
import { encodeIdentity, identityOf } from './identity-headers.ts';

const requestWith = (header?: string) => ({ get: () => header }) as unknown as Request;

describe('the identity header', () => {
  it('carries an identity, names beyond ASCII too', () => {
    const identity: Identity = { subject: '张三', client: 'k', role: 'service', scopes: ['read', 'write'] };
    expect(identityOf(requestWith(encodeIdentity(identity)))).toEqual(identity);
  });

  it.each([undefined, '', '!!', 'bm90IGpzb24', Buffer.from('{"subject":"x"}').toString('base64url')])(
    'is refused when it is %p',
    (header) => {
      expect(() => identityOf(requestWith(header))).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    },
  );
});
