/** Tells people from programs before a sign-up or a sign-in is looked at. */
export abstract class BotChallenge {
  /**
   * @param response what the widget on the page gave; undefined where nothing was sent.
   * @param address of whoever sends it; null where it is not known.
   * @throws {ChallengeRefusedError} where it is missing, wrong or used.
   * @throws {ChallengeUnavailableError} where nobody could be asked.
   */
  abstract check(response: string | undefined, address: string | null): Promise<void>;
}
