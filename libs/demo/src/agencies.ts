import type { Role, WorkspaceRoleName } from '#libs/roles';

/** A person of the demo: role in the account, and where that is not the whole story, roles in named workspaces. */
export interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly access?: 'all' | 'named';
  /** Role by name of workspace. */
  readonly workspaces?: Readonly<Record<string, WorkspaceRoleName>>;
}

/** An agency of the demo: an account with a workspace for each client brand. */
export interface DemoAgency {
  /** Fixed, so that an interrupted load goes on with the same account. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly timeZone: string;
  readonly brands: readonly string[];
  /** The first is the owner. */
  readonly people: readonly DemoPerson[];
}

/** Three agencies: two in one cell, the third in the other region, with the same titles of documents on purpose. */
export const AGENCIES: readonly DemoAgency[] = [
  {
    id: '01935000-0000-7000-8000-000000000001',
    name: 'Northlight Studio',
    region: 'eu-west-1',
    timeZone: 'Europe/Dublin',
    brands: [
      'Spotify',
      'Airbnb',
      'Duolingo',
      'Patreon',
      'Etsy',
      'Zalando',
      'Strava',
      'Trello',
      'Klarna',
      'Fairphone',
      'Lufthansa',
      'Mozilla',
    ],
    people: [
      { name: 'Olivia Byrne', email: 'olivia@northlight.example', role: 'owner' },
      { name: 'Arjun Mehta', email: 'arjun@northlight.example', role: 'admin' },
      { name: 'Mina Okafor', email: 'mina@northlight.example', role: 'multi_account_manager' },
      {
        name: 'Dario Conti',
        email: 'dario@northlight.example',
        role: 'developer',
        access: 'named',
        workspaces: { Spotify: 'developer', Airbnb: 'developer', Duolingo: 'viewer' },
      },
      {
        name: 'Mei Lin',
        email: 'mei@northlight.example',
        role: 'member',
        access: 'named',
        workspaces: { Spotify: 'member', Strava: 'member' },
      },
      { name: 'Victor Hale', email: 'victor@northlight.example', role: 'viewer', workspaces: { Klarna: 'member' } },
    ],
  },
  {
    id: '01935000-0000-7000-8000-000000000002',
    name: 'Harbour & Co',
    region: 'eu-west-1',
    timeZone: 'Europe/Lisbon',
    brands: ['Spotify', 'Nubank', 'Vodafone', 'Glovo', 'Revolut', 'Deezer'],
    people: [
      { name: 'Helena Duarte', email: 'helena@harbour.example', role: 'owner' },
      {
        name: 'Tomás Reis',
        email: 'tomas@harbour.example',
        role: 'member',
        access: 'named',
        workspaces: { Spotify: 'member' },
      },
      // one person, two agencies
      { name: 'Mina Okafor', email: 'mina@northlight.example', role: 'viewer' },
    ],
  },
  {
    id: '01935000-0000-7000-8000-000000000003',
    name: 'Meridian Works',
    region: 'us-east-1',
    timeZone: 'America/New_York',
    brands: ['Spotify', 'Target', 'Uber', 'Dropbox', 'Zendesk', 'Discord'],
    people: [
      { name: 'Grace Whitfield', email: 'grace@meridian.example', role: 'owner' },
      { name: 'Leo Park', email: 'leo@meridian.example', role: 'developer' },
      {
        name: 'Mina Okafor',
        email: 'mina@northlight.example',
        role: 'developer',
        access: 'named',
        workspaces: { Spotify: 'developer' },
      },
    ],
  },
];
