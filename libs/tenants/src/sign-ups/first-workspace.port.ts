/** Makes the first workspace of a new account. Bound by `libs/workspaces`, which stands above. */
export abstract class FirstWorkspace {
  /** Makes a workspace in the account of the context, with the given id; where it is there already, nothing happens. */
  abstract create(input: { readonly id: string; readonly name: string }): Promise<string>;
}
