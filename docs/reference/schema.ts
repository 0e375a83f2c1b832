// The documents that gatherly's HTTP interface takes and gives, made from /openapi.json.
// Times are RFC 3339 in UTC with Z. Later releases may add keys.

/** Which of the proposed times: by number from 1, or by its start. */
export interface Accepted {
  slot?: number | null;
  /** An attendee's, all that suit. */
  slots?: number[] | null;
  start?: string | null;
}

/** What can be said of all calendars together. */
export type AllOrNone = "pending" | "all" | "none" | "undoing" | "stuck";

/** How scheduling went (F0). */
export interface Analytics {
  sessions: number;
  unopened: number;
  uncounted: number;
  outcomes: Record<string, number>;
  byDay: Record<string, Record<string, number>>;
  medianMinutesToSchedule: number | null;
  minutesToSchedule: (Record<string, unknown>)[];
  proposedByHour: number[][];
  takenByHour: number[][];
  calibration: (Record<string, unknown>)[];
  policies: Record<string, unknown> | null;
}

/** What somebody said to a session's proposals. */
export type Answer = "accepted" | "declined";

/** Whether one comes. */
export interface AnsweredEvent {
  answer: "accept" | "decline" | "tentative";
  /** Of whom, who has no account. */
  email?: string | null;
}

/** How a time suits one person. */
export interface Attendee {
  user: string;
  availability: Availability;
  required: boolean;
  localStart: string;
}

/** Somebody invited, and what they said. */
export interface AttendeeAnswer {
  email: string;
  response: AttendeeResponse;
}

/** Somebody who is invited by their address. */
export interface AttendeeBody {
  email: string;
}

/** How the event reaches one person. */
export interface AttendeeOutcome {
  user: string;
  outcome: string;
}

/** What an attendee answered. */
export type AttendeeResponse = "needs_action" | "accepted" | "declined" | "tentative";

/** A line of the audit log. */
export interface AuditLine {
  id: string;
  at: string;
  actor: string;
  action: string;
  objectType: string;
  objectId: string;
  details: Record<string, unknown>;
  userId: string | null;
}

/** What one person is at one slot; of several the first in this order is told. */
export type Availability = "unknown" | "busy" | "tentative" | "outside_hours" | "free";

/** Whether a resource has room, in F2's words. */
export interface AvailabilityAnswer {
  available: boolean;
  current_usage: number;
  max_capacity: number;
  remaining: number;
}

/** When somebody is busy (F0). */
export interface AvailabilityBlock {
  userId: string;
  start: string;
  end: string;
  source: string;
  isBusy: boolean;
  metadata?: Record<string, unknown> | null;
}

/** What can stand against a start. */
export type BlockCode = "busy" | "tentative" | "outside_working_hours" | "outside_days" | "outside_time_range" | "excluded_date" | "buffer" | "past" | "unknown_calendar" | "window_too_short" | "no_events_before" | "no_events_after" | "preferred_window" | "blocked_window" | "max_events_per_day" | "max_events_per_week" | "custom" | "resource" | "outside_window";

/** One thing that stands against times; `user` is null where it is the session's own. */
export interface Blocker {
  code: BlockCode;
  user: string | null;
}

export interface Body_act_by_link {
  verb?: string;
  start?: string[];
}

export interface Body_take_by_invitation {
  start?: string;
  name?: string;
  email?: string;
  tz?: string;
}

/** How far a session is written into everybody's calendar. */
export interface Booking {
  state: BookingState;
  allOrNone: AllOrNone;
  since?: string | null;
  waitsFor?: string | null;
  perCalendar: CalendarOutcome[];
  outcomes: AttendeeOutcome[];
}

/** The states of docs/ledger.md section 5. */
export type BookingState = "draft" | "proposed" | "accepted" | "held" | "prepared" | "writing" | "verifying" | "confirmed" | "undoing" | "quarantine" | "releasing" | "stuck" | "failed" | "cancelled";

/** What there is to know before meeting somebody. */
export interface BriefingAnswer {
  id: string;
  contactId: string | null;
  sessionId: string | null;
  sentences: SentenceAnswer[];
  expiresAt: string;
}

/** A calendar of gatherly's own. */
export interface CalendarAnswer {
  id: string;
  name: string;
  type: CalendarType;
  ownerId: string | null;
  members: MemberAnswer[];
  visibility: Visibility;
  mirror: string | null;
}

/** What became of a session's copy in one calendar. */
export interface CalendarOutcome {
  user: string;
  calendar: string | null;
  desired: string;
  observed: string;
  attempts: number;
  lastError: string | null;
  outcome: Outcome;
  at: string | null;
  nextTry: string | null;
}

/** F2's three. */
export type CalendarType = "personal" | "family" | "shared";

/** Why it is off. */
export interface Cancelled {
  reason?: string | null;
  /** Of a series the occurrence of this day alone. */
  only?: string | null;
  /** Of a series that of this day and all later ones. */
  from?: string | null;
  /** With `from`: up to this day, which is included. */
  until?: string | null;
}

/** One instance of a series, by its local date; without it all of it. */
export interface CancelledEvent {
  only?: string | null;
}

/** One thing that makes somebody free or busy. */
export interface Cause {
  code: string;
  text: string;
}

/** What collides, and the ways out, in F2's words. */
export interface ConflictAnswer {
  id: string;
  type: ConflictType;
  severity: Severity;
  status: ConflictStatus;
  detected_at: string;
  description: string;
  involved_events: string[];
  involved_resources: string[] | null;
  proposed_resolution: Record<string, unknown> | null;
}

/** How far its resolution has come. */
export type ConflictStatus = "detected" | "resolved" | "ignored";

/** Time: double booking, too small a gap; resource: too many users; violation: a rule is broken. */
export type ConflictType = "time_conflict" | "resource_conflict" | "constraint_violation";

/** How a connector does. */
export interface Connector {
  name: string;
  kind: string;
  user: string;
  state: ConnectorState;
  lastSuccess: string | null;
  ageSeconds: number | null;
  lastError: string | null;
  nextRun: string | null;
  integration: Integration;
  heldBack: string | Record<string, unknown> | null;
  notes: string[];
}

/** What `status` says of a connector. */
export type ConnectorState = "ok" | "stale" | "degraded" | "expired" | "error" | "disabled";

/** Hard rules block; soft ones only lower a time's rank. */
export type ConstraintLevel = "hard" | "soft";

/** Somebody whom the caller knows; `why` where one is asked for alone. */
export interface ContactAnswer {
  id: string;
  userId: string;
  email: string | null;
  emails: string[];
  fullName: string | null;
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  jobTitle: string | null;
  linkedinUrl: string | null;
  phone: string | null;
  avatarUrl: string | null;
  location: string | null;
  bio: string | null;
  birthday: string | null;
  relationshipStrength: number;
  lastInteractionAt: string | null;
  interactionFrequency: InteractionFrequency | null;
  contactSource: ContactSource;
  isArchived: boolean;
  tags: string[];
  notes: string | null;
  createdAt: string;
  updatedAt: string;
}

/** Where a contact, or an interaction, is known from. */
export type ContactSource = "gmail" | "calendar" | "linkedin" | "manual";

/** Of a series what one does not come to; of a session, and without either, all of it. */
export interface Declined {
  /** Of a series the occurrence of this day alone. */
  only?: string | null;
  /** Of a series that of this day and all later ones. */
  from?: string | null;
  /** With `from`: up to this day, which is included. */
  until?: string | null;
}

/** Who turned to whom. */
export type Direction = "inbound" | "outbound" | "mutual";

/** A connector that is read as soon as may be. */
export interface Due {
  name: string;
  due: boolean;
}

/** What of a calendar is to be otherwise. */
export interface EditedCalendar {
  name?: string | null;
  type?: CalendarType | null;
  ownerId?: string | null;
  members?: MemberBody[] | null;
  visibility?: Visibility | null;
  mirror?: string | null;
}

/** A conflict is let be, or is open again. */
export interface EditedConflict {
  status: "ignored" | "detected";
}

/** What of a contact is to be otherwise; what is left out stays, null takes a value away. */
export interface EditedContact {
  fullName?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  /** The first of their addresses. */
  email?: string | null;
  emails?: string[] | null;
  company?: string | null;
  jobTitle?: string | null;
  linkedinUrl?: string | null;
  phone?: string | null;
  avatarUrl?: string | null;
  location?: string | null;
  bio?: string | null;
  /** 1980-11-27, or --11-27. */
  birthday?: string | null;
  notes?: string | null;
  tags?: string[] | null;
  isArchived?: boolean | null;
}

/** What of an event is to be otherwise; what is left out stays. */
export interface EditedEvent {
  title?: string | null;
  description?: string | null;
  location?: string | null;
  startTime?: string | null;
  endTime?: string | null;
  allDay?: boolean | null;
  isAllDay?: boolean | null;
  recurrenceRule?: string | null;
  priority?: EventPriority | null;
  flexibility?: Flexibility | null;
  participants?: ParticipantBody[] | null;
  attendees?: AttendeeBody[] | null;
  resourceIds?: string[] | null;
  reminders?: ReminderBody[] | null;
}

/** What of an interaction is to be otherwise. */
export interface EditedInteraction {
  interactionType?: InteractionType | null;
  direction?: Direction | null;
  subject?: string | null;
  content?: string | null;
  contentSummary?: string | null;
  sentimentScore?: number | null;
  /** RFC 3339. */
  interactionDate?: string | null;
  durationMinutes?: number | null;
  meetingAttendees?: string[] | null;
  metadata?: Record<string, unknown> | null;
}

/** What of an interest is to be otherwise. */
export interface EditedInterest {
  confidenceScore?: number | null;
}

/** What of a memory is to be otherwise. */
export interface EditedMemory {
  title?: string | null;
  content?: string | null;
  confidenceScore?: number | null;
  tags?: string[] | null;
  isArchived?: boolean | null;
  /** RFC 3339. */
  expiresAt?: string | null;
}

/** What of a relationship is to be otherwise. */
export interface EditedRelationship {
  relationshipType?: RelationshipType | null;
  strengthScore?: number | null;
}

/** A reservation is given back, or its times stay as they are. */
export interface EditedReservation {
  status: "cancelled";
}

/** What of a resource is to be otherwise. */
export interface EditedResource {
  name?: string | null;
  type?: ResourceType | null;
  capacity?: number | null;
  attributes?: Record<string, unknown> | null;
  location?: string | null;
  active?: boolean | null;
}

/** Whether a rule is in force. */
export interface EditedRule {
  active: boolean;
}

/** The words of an event; what is left out stays. */
export interface EditedSession {
  title?: string | null;
  description?: string | null;
  location?: string | null;
}

/** An event or an instance of a series; to those who may not see its words a busy block. */
export interface EventAnswer {
  id: string;
  calendarId: string;
  title: string;
  startTime: string;
  endTime: string;
  allDay: boolean;
  status: EventStatus;
  priority?: string;
  flexibility?: string;
  participants?: ParticipantAnswer[];
  attendees?: AttendeeAnswer[];
  resourceIds?: string[];
}

/** How much an event matters; critical ones are never moved. */
export type EventPriority = "low" | "medium" | "high" | "critical";

/** F2's three; what F3 calls tentative is proposed. */
export type EventStatus = "proposed" | "confirmed" | "cancelled";

/** Why somebody is free or busy at a moment. */
export interface Explanation {
  user: string;
  at: string;
  state: string;
  causes: Cause[];
}

/** Why nothing was found, and what would help. */
export interface Failure {
  failureReason: string;
  suggestions: string[];
  blockers: Share[];
  relaxations: Relaxation[];
}

/** How firmly an event's time stands. */
export type Flexibility = "fixed" | "preferred" | "flexible";

/** What a search found; `starts` where all were asked for. */
export interface Found {
  status: SessionStatus;
  proposedTimes: TimeSlot[];
  starts?: string[];
  failure: Failure | null;
}

/** F4's four words for what a connector's access is worth. */
export type GrantStatus = "connected" | "disconnected" | "error" | "expired";

/** Access, and the next refresh token. */
export interface GrantedTokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
  tokenType: "Bearer";
}

/** Somebody from outside: `suits` are the starts that they ticked, once `answeredAt` is set. */
export interface Guest {
  address: string;
  name?: string;
  optional?: boolean;
  answeredAt: string | null;
  suits: string[];
  away?: boolean;
}

/** One thing that happened to a session. */
export interface Happened {
  at: string;
  code: string;
  text: string;
}

/** Whether the daemon lives, or can work. */
export interface Health {
  ok: boolean;
  why?: string | null;
}

/** Something that fits a question. */
export interface HitAnswer {
  kind: string;
  id: string;
  contactId: string | null;
  fullName: string | null;
  text: string;
  at: string | null;
  score: number;
}

/** A connector in the words of integrations; how often it is synchronised is null where it never is. */
export interface Integration {
  status: GrantStatus;
  syncFrequency: SyncFrequency | null;
}

/** One time that the caller had to do with a contact. */
export interface InteractionAnswer {
  id: string;
  userId: string;
  contactId: string;
  interactionType: InteractionType;
  direction: Direction;
  subject: string | null;
  content: string | null;
  contentSummary: string | null;
  sentimentScore: number | null;
  interactionDate: string;
  durationMinutes: number | null;
  meetingAttendees: string[];
  externalId: string | null;
  sourcePlatform: ContactSource;
  metadata: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}

/** How often somebody is met. */
export type InteractionFrequency = "daily" | "weekly" | "monthly" | "quarterly" | "rarely";

/** How two people had to do with one another. */
export type InteractionType = "email" | "meeting" | "call" | "linkedin_message" | "manual";

/** What a contact is interested in, and what says so. */
export interface InterestAnswer {
  id: string;
  userId: string;
  contactId: string;
  interestCategory: string;
  interestTopic: string;
  confidenceScore: number;
  evidenceCount: number;
  firstDetectedAt: string;
  lastReinforcedAt: string;
  decayFactor: number;
  sourceInteractions: string[];
  createdAt: string;
  updatedAt: string;
}

/** The data of an event of `/v1/stream`. */
export interface LiveEvent {
  id: string;
  at: string;
  event: string;
  sessionId?: string | null;
  connector?: string | null;
  state?: string | null;
}

/** What became of a notice. */
export interface Marked {
  status: "read" | "dismissed" | "acted_upon";
}

/** What a member of a shared calendar may do; who writes sees. */
export type May = "see" | "write";

/** Somebody who shares a calendar. */
export interface MemberAnswer {
  userId: string;
  may: May;
}

/** Somebody who shares a calendar. */
export interface MemberBody {
  userId: string;
  may?: May;
}

/** A note about a contact. */
export interface MemoryAnswer {
  id: string;
  userId: string;
  contactId: string | null;
  memoryType: MemoryType;
  title: string | null;
  content: string;
  confidenceScore: number | null;
  sourceInteractions: string[];
  tags: string[];
  isArchived: boolean;
  expiresAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** What kind of note a memory is. */
export type MemoryType = "summary" | "insight" | "briefing" | "talking_point";

/** Whose data a contact takes over. */
export interface MergedContact {
  contactId: string;
}

/** A line of a conversation (F0). */
export interface Message {
  id: string;
  sessionId: string;
  role: MessageRole;
  content: string;
  metadata?: Record<string, unknown> | null;
  timestamp: string;
}

/** Who speaks. */
export type MessageRole = "user" | "assistant" | "system";

/** When it is to be; `only` or `from` name an instance of a series by its local date. */
export interface MovedEvent {
  startTime: string;
  endTime?: string | null;
  only?: string | null;
  from?: string | null;
}

/** A calendar of gatherly's own. */
export interface NewCalendar {
  name?: string | null;
  type?: CalendarType | null;
  ownerId?: string | null;
  members?: MemberBody[] | null;
  visibility?: Visibility | null;
  mirror?: string | null;
  id: string;
}

/** An event; proposed unless its status says confirmed. */
export interface NewEvent {
  title?: string | null;
  description?: string | null;
  location?: string | null;
  startTime?: string | null;
  endTime?: string | null;
  allDay?: boolean | null;
  isAllDay?: boolean | null;
  recurrenceRule?: string | null;
  priority?: EventPriority | null;
  flexibility?: Flexibility | null;
  participants?: ParticipantBody[] | null;
  attendees?: AttendeeBody[] | null;
  resourceIds?: string[] | null;
  reminders?: ReminderBody[] | null;
  calendarId?: string | null;
  status?: "proposed" | "confirmed";
}

/** An interaction that no calendar saw. */
export interface NewInteraction {
  interactionType: InteractionType;
  direction?: Direction | null;
  subject?: string | null;
  content?: string | null;
  contentSummary?: string | null;
  sentimentScore?: number | null;
  /** RFC 3339. */
  interactionDate: string;
  durationMinutes?: number | null;
  meetingAttendees?: string[] | null;
  metadata?: Record<string, unknown> | null;
  contactId: string;
}

/** What a contact is interested in. */
export interface NewInterest {
  confidenceScore: number;
  contactId: string;
  interestCategory: string;
  interestTopic: string;
}

/** A note about a contact, or about nobody in particular. */
export interface NewMemory {
  title?: string | null;
  content: string;
  confidenceScore?: number | null;
  tags?: string[] | null;
  isArchived?: boolean | null;
  /** RFC 3339. */
  expiresAt?: string | null;
  contactId?: string | null;
  memoryType: MemoryType;
}

/** Two contacts who know one another. */
export interface NewRelationship {
  relationshipType?: RelationshipType | null;
  strengthScore?: number | null;
  contactAId: string;
  contactBId: string;
}

/** A resource kept for a time, without an event. */
export interface NewReservation {
  resourceId: string;
  startTime: string;
  endTime: string;
  notes?: string | null;
}

/** Something that people share. */
export interface NewResource {
  id: string;
  name?: string | null;
  type: ResourceType;
  capacity?: number;
  attributes?: Record<string, unknown>;
  location?: string | null;
}

/** A rule of one's own; operators make them for others, `resource:ID` and everybody (`all`). */
export interface NewRule {
  user?: string | null;
  name: string;
  level: ConstraintLevel;
  priority?: number;
  rule: Record<string, unknown>;
}

/** A session to be found a time for, in F0's fields; or a request in plain words. */
export interface NewSession {
  /** The request in plain words. */
  message?: string | null;
  title?: string | null;
  /** The caller, unless an operator names another. */
  hostUserId?: string | null;
  inviteeIds?: string[];
  optionalIds?: string[];
  /** `[{"anyOf": [ids], "count": k}]` */
  groups?: (Record<string, unknown>)[];
  /** Minutes. */
  duration?: number | null;
  description?: string | null;
  location?: string | null;
  /** F0's: daysOfWeek, timeRange, excludeDates; atLeast of what recurs. */
  constraints?: Record<string, unknown> | null;
  /** An RRULE, as FREQ=WEEKLY;COUNT=10. */
  recurrence?: string | null;
  /** The window to look in: start, end. */
  search?: Record<string, string> | null;
  searchDays?: number | null;
  /** Minutes. */
  minimumNotice?: number | null;
  /** Minutes. */
  bufferTime?: number | null;
  expiresAt?: string | null;
}

/** Somebody whom no file names. */
export interface NewUser {
  email: string;
  /** The address. */
  id?: string | null;
  name?: string | null;
  timezone?: string;
}

/** No field. */
export interface Nothing {
}

/** What somebody was told (F4). */
export interface Notification {
  id: string;
  userId: string;
  notificationType: string;
  title: string;
  message: string;
  priority: NotificationPriority;
  status: NotificationStatus;
  actionUrl: string | null;
  contactId?: string | null;
  metadata: Record<string, unknown>;
  createdAt: string;
  readAt: string | null;
}

/** F4's four. */
export type NotificationPriority = "low" | "medium" | "high" | "urgent";

/** F4's four. */
export type NotificationStatus = "unread" | "read" | "dismissed" | "acted_upon";

/** What became of one attendee's copy, so far. */
export type Outcome = "waiting" | "written" | "invited" | "told" | "removed" | "failed";

export interface PageOfAuditLine {
  items: AuditLine[];
  next: string | null;
}

export interface PageOfAvailabilityBlock {
  items: AvailabilityBlock[];
  next: string | null;
}

export interface PageOfCalendarAnswer {
  items: CalendarAnswer[];
  next: string | null;
}

export interface PageOfConflictAnswer {
  items: ConflictAnswer[];
  next: string | null;
}

export interface PageOfConnector {
  items: Connector[];
  next: string | null;
}

export interface PageOfContactAnswer {
  items: ContactAnswer[];
  next: string | null;
}

export interface PageOfEventAnswer {
  items: EventAnswer[];
  next: string | null;
}

export interface PageOfHappened {
  items: Happened[];
  next: string | null;
}

export interface PageOfHitAnswer {
  items: HitAnswer[];
  next: string | null;
}

export interface PageOfInteractionAnswer {
  items: InteractionAnswer[];
  next: string | null;
}

export interface PageOfInterestAnswer {
  items: InterestAnswer[];
  next: string | null;
}

export interface PageOfMemoryAnswer {
  items: MemoryAnswer[];
  next: string | null;
}

export interface PageOfMessage {
  items: Message[];
  next: string | null;
}

export interface PageOfNotification {
  items: Notification[];
  next: string | null;
}

export interface PageOfRelationshipAnswer {
  items: RelationshipAnswer[];
  next: string | null;
}

export interface PageOfReservationAnswer {
  items: ReservationAnswer[];
  next: string | null;
}

export interface PageOfResourceAnswer {
  items: ResourceAnswer[];
  next: string | null;
}

export interface PageOfRuleAnswer {
  items: RuleAnswer[];
  next: string | null;
}

export interface PageOfSession {
  items: Session[];
  next: string | null;
}

export interface PageOfSyncJob {
  items: SyncJob[];
  next: string | null;
}

export interface PageOfUser {
  items: User[];
  next: string | null;
}

/** A user who takes part. */
export interface ParticipantAnswer {
  userId: string;
  required: boolean;
}

/** A user who takes part. */
export interface ParticipantBody {
  userId: string;
  required?: boolean;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: (Record<string, unknown>)[];
}

/** One thing that made a time better or worse. */
export interface Reason {
  code: string;
  user: string | null;
  points: number;
  text: string;
}

/** What is exchanged. */
export interface Refreshed {
  refreshToken: string;
}

/** Two contacts, the smaller id first. */
export interface RelationshipAnswer {
  id: string;
  userId: string;
  contactAId: string;
  contactBId: string;
  relationshipType: RelationshipType | null;
  strengthScore: number;
  mutualConnections: number;
  sharedInteractions: number;
  evidenceInteractions: string[];
  detectedAt: string;
  lastUpdatedAt: string;
  createdAt: string;
}

/** What two contacts are to one another. */
export type RelationshipType = "colleague" | "friend" | "client" | "vendor" | "family";

/** One change that was tried and helps. */
export interface Relaxation {
  change: string;
  code: string;
  slots: number;
  first: string;
}

/** Which of the changes that would help, by its code in `metadata.relaxations`. */
export interface Relaxed {
  change: string;
}

/** Reminds so many minutes before. */
export interface ReminderBody {
  minutesBefore: number;
  reminderType?: ReminderType;
}

/** How somebody is reminded. */
export type ReminderType = "email" | "push" | "both";

/** Why, in one's own words. */
export interface Rescheduled {
  message?: string | null;
  /** Of a series the occurrence of this day alone. */
  only?: string | null;
  /** Of a series that of this day and all later ones. */
  from?: string | null;
  /** With `only`: at this time of that day, as 11:00. */
  to?: string | null;
}

/** A resource kept for a time. */
export interface ReservationAnswer {
  id: string;
  resourceId: string;
  eventId: string | null;
  reservedBy: string;
  startTime: string;
  endTime: string;
  status: EventStatus;
}

/** Which option, from 1. */
export interface Resolved {
  option?: number;
}

/** Something that people share. */
export interface ResourceAnswer {
  id: string;
  name: string;
  type: ResourceType;
  capacity: number;
  attributes: Record<string, unknown>;
  location: string | null;
  active: boolean;
}

/** F2's three. */
export type ResourceType = "vehicle" | "room" | "equipment";

/** Somebody's answer. */
export interface Response {
  userId: string;
  answer: Answer;
  slot?: string | null;
  at: string;
}

/** A rule, and whom it concerns. */
export interface RuleAnswer {
  id: string;
  name: string;
  user: string | null;
  level: ConstraintLevel;
  priority: number;
  rule: Record<string, unknown>;
  active: boolean;
}

/** A line of the conversation. */
export interface Said {
  content: string;
}

/** A sentence, and the ids of the rows that it rests on. */
export interface SentenceAnswer {
  text: string;
  sources: string[];
}

/** A session (F0's EventSession) with its booking; `messages` where one session is shown. */
export interface Session {
  id: string;
  hostUserId: string;
  inviteeIds: string[];
  optionalIds?: string[];
  groups?: (Record<string, unknown>)[];
  guests?: Guest[];
  title: string;
  description?: string | null;
  location?: string | null;
  duration: number;
  status: SessionStatus;
  proposedTimes?: TimeSlot[];
  finalTime?: TimeSlot | null;
  constraints?: Record<string, unknown> | null;
  responses?: Response[];
  metadata?: Record<string, unknown> | null;
  createdAt: string;
  scheduledAt?: string | null;
  expiresAt: string;
  booking: Booking;
  messages?: Message[];
}

/** F0's four; failed and cancelled are final. */
export type SessionStatus = "pending" | "scheduled" | "cancelled" | "failed";

/** What a person sets for themselves; null takes a setting back to what the operator's files say. */
export interface Settings {
  timezone?: string | null;
  defaultPreferences?: Record<string, unknown> | null;
  preferences?: Record<string, unknown> | null;
  notify?: string[] | null;
  quietHours?: Record<string, string> | null;
  /** `relations`: keep contacts. */
  privacySettings?: Record<string, boolean> | null;
  digest?: "off" | "hourly" | "daily" | null;
}

/** From a minor preference to what must be resolved. */
export type Severity = "low" | "medium" | "high" | "critical";

/** The same, with the share of the window that it blocks. */
export interface Share {
  code: BlockCode;
  user: string | null;
  share: number;
}

/** What `gatherly status --json` shows. */
export interface Status {
  ok: boolean;
  version: string;
  connectors: Connector[];
  sessions: Record<string, number>;
  writes: Record<string, unknown>;
}

/** How often a connector is read (F4). */
export type SyncFrequency = "realtime" | "hourly" | "daily";

/** One read of a connector; `itemsTotal` is null while it is not known. */
export interface SyncJob {
  id: string;
  userId: string;
  connector: string;
  jobType: SyncJobType;
  status: SyncJobStatus;
  progressPercentage: number;
  itemsProcessed: number;
  itemsTotal: number | null;
  errorMessage: string | null;
  startedAt: string | null;
  completedAt: string | null;
  metadata: Record<string, unknown>;
  createdAt: string;
}

/** F4's five. */
export type SyncJobStatus = "pending" | "running" | "completed" | "failed" | "cancelled";

/** F4's three. */
export type SyncJobType = "full_sync" | "incremental_sync" | "contact_enrichment";

/** A time that was, or is, on offer (F0). */
export interface TimeSlot {
  start: string;
  end: string;
  confidence: number;
  conflicts: string[];
  score?: number | null;
  reasons?: Reason[];
  attendees?: Attendee[];
}

/** An account (F0), with how its owner wants to be told. */
export interface User {
  id: string;
  email: string;
  name: string;
  timezone: string;
  defaultPreferences?: Record<string, unknown> | null;
  preferences?: Record<string, unknown> | null;
  createdAt: string;
  updatedAt: string;
  notify: string[];
  quietHours: Record<string, string> | null;
  privacySettings: Record<string, boolean>;
  digest: "off" | "hourly" | "daily";
  operator: boolean;
}

/** F2's three. */
export type Visibility = "private" | "family" | "public";

/** What stands against one time of a session. */
export interface WhyNot {
  start: string;
  offered: boolean;
  blockers: Blocker[];
}
