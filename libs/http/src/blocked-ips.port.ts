/** Knows the IPs that guessed too many passwords. */
export abstract class BlockedIps {
  /** Seconds until an IP is let in again; 0 where it is not blocked. */
  abstract secondsLeft(ip: string | null): Promise<number>;
}
