import { isAddressRange } from '@quotefleet/service-kit';
import { z } from 'zod';

const RANGES_MAX = 10_000;

const ranges = z
  .array(z.string().refine(isAddressRange, 'expected an address or a range such as 10.0.0.0/8 or fd00::/8'))
  .max(RANGES_MAX)
  .optional();
/** Addresses that may call and those that may not; what is denied stays out though it is allowed as well. */
const lists = { allow: ranges, deny: ranges };

/** Calls that are listed together: routes by what they ask of the caller, and what operators look at. */
export const IP_GROUPS = ['public', 'read', 'write', 'admin', 'operations'] as const;
export type IpGroup = (typeof IP_GROUPS)[number];

/**
 * `ipLists:` of the gateway's file. Without `allow` every address may call. A group has lists of its own beside those
 * for all: `operations` are `/metrics`, `/health/fleet` and `/admin/...`.
 */
export const ipListsSection = z.strictObject({
  ...lists,
  groups: z.partialRecord(z.enum(IP_GROUPS), z.strictObject(lists)).optional(),
});
export type IpListsFile = z.infer<typeof ipListsSection>;
