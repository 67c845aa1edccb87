const NESTED = 2000;

/** What a field may be sent by someone who means harm, or whose program is broken. */
export const HOSTILE_TEXTS: readonly string[] = [
  "' OR '1'='1",
  "600519.SH'; DROP TABLE bars_1d; --",
  '1) UNION SELECT usename, passwd FROM pg_shadow --',
  "'; SELECT pg_sleep(20); --",
  '$1',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u0000',
  'a\r\nX-Injected: 1',
  '-1',
  '9'.repeat(400),
  '1e309',
  'NaN',
  '٣',
  '\ud83d\ude00'.repeat(50),
  'null',
  '{"$gt":""}',
  '$\u007bjndi:ldap://127.0.0.1:1/a}',
  '%',
  '',
];

/** Bodies that no endpoint can mean. */
export const HOSTILE_BODIES: readonly { name: string; body: string; type: string }[] = [
  { name: 'no JSON', body: '{"a":', type: 'application/json' },
  { name: 'deep nesting', body: `${'['.repeat(NESTED)}${']'.repeat(NESTED)}`, type: 'application/json' },
  {
    name: 'prototype pollution',
    body: '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
    type: 'application/json',
  },
  { name: 'a list of nothing', body: '[null]', type: 'application/json' },
  { name: 'a number', body: '42', type: 'application/json' },
  { name: 'nothing at all', body: '', type: 'application/json' },
  {
    name: 'wrong types',
    body: '{"username":{"$gt":""},"password":["a"],"name":7,"role":true}',
    type: 'application/json',
  },
  { name: 'what is not text', body: '\u0000\u0001\u0002', type: 'application/octet-stream' },
  {
    name: 'XML',
    body: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    type: 'application/xml',
  },
];
