/** What somebody is to be told by e-mail. */
export interface Mail {
  kind: 'verify-email' | 'reset-password' | 'email-taken';
  to: string;
  username: string;
  /** For the address that confirms or resets; absent where there is nothing to do. */
  token?: string;
  /** ms since epoch UTC. */
  expiresAt?: number;
}

/** Hands e-mails to whoever can send them. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}
