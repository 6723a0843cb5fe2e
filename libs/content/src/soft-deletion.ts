/** For how long a deleted dataset or document can be restored. */
export const RESTORABLE_DAYS = 30;

/** Whether something deleted at that moment can still be restored. */
export function isRestorable(deletedAt: Date | null, now = new Date()): boolean {
  return deletedAt !== null && now.getTime() - deletedAt.getTime() < RESTORABLE_DAYS * 86_400_000;
}
