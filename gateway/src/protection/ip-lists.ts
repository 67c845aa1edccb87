import { type BlockList, isIPv4 } from 'node:net';
import { AppError, createAddressRanges } from '@quotefleet/service-kit';
import { LRUCache } from 'lru-cache';
import { IP_GROUPS, type IpGroup, type IpListsFile } from './ip-lists-section.ts';

/** Addresses whose standing is kept: a list of thousands of ranges is not gone through on every call. */
const KNOWN_MAX = 50_000;

export interface IpLists {
  /** Puts other lists in force; none where absent. */
  use(file: IpListsFile | undefined): void;
  /** Whether an address may call at all. @throws AppError FORBIDDEN */
  check(address: string): void;
  /** Whether it may make calls of a group. @throws AppError FORBIDDEN */
  checkGroup(address: string, group: IpGroup): void;
}

type Judge = (address: string) => boolean;

/** Which addresses may call what. Addresses come in their canonical form. */
export function createIpLists(): IpLists {
  let mayCall: Judge | undefined;
  let groups: Partial<Record<IpGroup, Judge>> = {};

  function refuseUnless(judge: Judge | undefined, address: string): void {
    if (judge && !judge(address)) throw new AppError('FORBIDDEN', 'calls from this address are not taken');
  }

  return {
    use(file = {}) {
      mayCall = judgeOf(file);
      groups = Object.fromEntries(
        IP_GROUPS.flatMap((group) => {
          const judge = judgeOf(file.groups?.[group] ?? {});
          return judge ? [[group, judge]] : [];
        }),
      );
    },
    check: (address) => refuseUnless(mayCall, address),
    checkGroup: (address, group) => refuseUnless(groups[group], address),
  };
}

function judgeOf({ allow, deny }: Pick<IpListsFile, 'allow' | 'deny'>): Judge | undefined {
  if (!allow && !deny) return undefined;
  const allowed = allow && createAddressRanges(allow);
  const denied = deny && createAddressRanges(deny);
  const known = new LRUCache<string, boolean>({ max: KNOWN_MAX });
  return (address) => {
    const standing = known.get(address);
    if (standing !== undefined) return standing;
    const mayCall = !(denied && isIn(denied, address)) && (!allowed || isIn(allowed, address));
    known.set(address, mayCall);
    return mayCall;
  };
}

/** Nobody's address, as once a client is gone, is in no list. */
function isIn(list: BlockList, address: string): boolean {
  return address !== '' && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
