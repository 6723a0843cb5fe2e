/** What the product needs to know of an actor, whatever kind it is. Each kind answers in a file of its own in this folder. */
export interface ActorTraits {
  /** The person who acts; null where no person does. */
  readonly userId: string | null;
  /** The account session (cell) in which it acts; null where there is none. */
  readonly accountSessionId: string | null;
  /** Its name in the audit trail; null for a person, whom the trail names by id. */
  readonly name: string | null;
  /** The person whose request it completes; null for nobody. */
  readonly onBehalfOf: string | null;
  /** What stored answers and limits belong to. Two actors have the same one only if either may see what the other was answered. */
  readonly principal: string;
}
