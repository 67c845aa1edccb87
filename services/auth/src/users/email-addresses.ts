import { AppError } from '@quotefleet/service-kit';
import type { PostOffice } from '../mail/post-office.ts';
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts';
import { emailCandidates, openEmail, requireSealing, type Sealing, sealEmail } from './sealing.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';
import { addressOf } from './user-view.ts';

const VERIFY_MS = 24 * 3600 * 1000;

interface EmailAddressesDependencies {
  users: UserStore;
  tokens: OneTimeTokens;
  post: PostOffice;
  sealing: Sealing | undefined;
  now?: (() => Date) | undefined;
}

export interface EmailAddresses {
  /**
   * Sends a token to an address; where somebody else has confirmed it, they are told instead. Takes its time beside the
   * answer, which is the same either way.
   * @throws AppError UNAVAILABLE without a master key
   */
  ask(user: Pick<User, 'id' | 'username'>, email: string): Promise<void>;
  /** Makes the address that the token was sent to the user's. @throws AppError INVALID_ARGUMENT */
  confirm(token: string): Promise<string>;
  /** Whose confirmed address it is. */
  findUser(email: string): Promise<User | undefined>;
}

export function createEmailAddresses(dependencies: EmailAddressesDependencies): EmailAddresses {
  const { users, tokens, post, sealing, now = () => new Date() } = dependencies;
  const findUser = (email: string) => users.findByEmail(emailCandidates(requireSealing(sealing), email));
  /** Sealed anew: the master key may have changed since the token was sent. */
  function setAddress(userId: string, { sealed }: { sealed: string }): Promise<boolean> {
    const open = requireSealing(sealing);
    const email = { ...sealEmail(open, userId, openEmail(open, userId, sealed)), verifiedAt: now() };
    return users.change(userId, { email }, { now: now() });
  }

  return {
    async ask({ id, username }, email) {
      const holder = await findUser(email);
      const { sealed, index } = sealEmail(requireSealing(sealing), id, email);
      const expiresAt = new Date(now().getTime() + VERIFY_MS);
      // Made in either case, so that both take the same time; nobody learns the one that is not sent.
      const token = await tokens.issue({ kind: 'verify-email', userId: id, data: { sealed, index }, expiresAt });
      if (holder && holder.id !== id) {
        // As it was confirmed: who asks for another spelling may have a mailbox of that name.
        const { email: to = email } = addressOf(holder, sealing);
        post.post({ kind: 'email-taken', to, username: holder.username });
      } else post.post({ kind: 'verify-email', to: email, username, token, expiresAt: expiresAt.getTime() });
    },
    async confirm(token) {
      const taken = await tokens.take('verify-email', token);
      const { userId, data } = taken ?? {};
      if (userId === undefined || data === undefined || !(await setAddress(userId, data))) throw unknownToken();
      return userId;
    },
    findUser,
  };
}

function unknownToken(): AppError {
  return new AppError('INVALID_ARGUMENT', 'the token is unknown, expired or used');
}
