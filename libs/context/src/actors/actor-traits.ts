/** Facts about an actor that every kind has. Each kind gives them in a file of this folder. */
export interface ActorTraits {
  /** The person who acts; null where no person does. */
  readonly userId: string | null;
  /** The account session (cell) in which it acts; null where there is none. */
  readonly accountSessionId: string | null;
  /** Its name in the audit trail; null for a person, whom the trail names by id. */
  readonly name: string | null;
  /** The person whose request it completes; null for nobody. */
  readonly onBehalfOf: string | null;
  /** The owner of stored answers and limits. Two actors share it only if each may see the other's answers. */
  readonly principal: string;
  /** Whether it acts without a role, by a list of actions. */
  readonly isTrusted: boolean;
}
